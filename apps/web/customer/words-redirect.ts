import type { Words } from "@pigeonhole/ui/say";

const en = {
  "redirect.title": "Another locker",
  "redirect.choose": "Send it to another locker",
  "redirect.perishable": "Goods that perish stay at the locker you chose.",
  "redirect.none": "No other locker near by has room",
  "redirect.none_body": "Your parcel stays where it is planned. Look again later: doors become free all day.",
  "redirect.away": "{distance} from the present one",
  "redirect.means": "Your parcel will come there instead. The door at the present locker is given to somebody else.",
  "redirect.means_inside":
    "Your parcel lies in a locker already. A courier takes it out and brings it to the new one; until then it is kept in its present door for three days at most. Meanwhile nobody can collect it: your code stops working now, and you get a new one when the parcel is in the new locker. The time to collect begins anew there. If no courier comes in time, it stays here and you get a code again.",
  "redirect.back": "Choose another",
  "redirect.send": "Send it there",
  "redirect.no.station_full": "That locker has just become full. Please choose another one.",
  "redirect.no.station_unavailable": "That locker cannot be used now. Please choose another one.",
  "redirect.no.perishable": "Goods that perish are never sent to another locker.",
  "redirect.no.redirect_under_way": "Your parcel is on its way to another locker already.",
  "redirect.agree": "Yes, send it there",
  "redirect.decline": "No, leave it",
  "redirect.withdraw": "Take this back",
  "redirect.proposed_body": "We may send your parcel there if you agree. Without an answer by {until} it stays as planned.",
  "redirect.proposed_inside":
    "If you agree, a courier takes it out and brings it there; your code here stops working until it has arrived. Without an answer by {until} it stays where it is.",
  "redirect.leaving_body":
    "A courier takes your parcel out and brings it there. Until {until} it is kept in its present door, and nobody can collect it.",
  "redirect.travelling_body": "We write to you with a new code as soon as it is there.",
  "redirect.undone_body": "Your parcel is where it was, and you have a new code for it.",
  "redirect.undone_no_courier":
    "No courier came in time. Your parcel is where it was, with a new code, and the time that you lost is given back.",
  "redirect.is.proposed": "May your parcel go to {name}?",
  "redirect.is.leaving": "Goes to {name}",
  "redirect.is.travelling": "On its way to {name}",
  "redirect.is.undoing": "It stays: your code is being made anew",
  "redirect.is.parked": "Something went wrong on the way to {name}. We are looking into it and write to you.",
  "redirect.is.done": "It is at {name}",
  "redirect.is.declined": "You said no to {name}",
  "redirect.is.unanswered": "You did not answer about {name}: it stays as planned",
  "redirect.is.withdrawn": "The way to {name} was taken back",
  "redirect.is.refused": "{name} had no room: it stays as planned",
  "redirect.is.undone": "It did not go to {name}",
} as const;

const de: Words<typeof en>["de"] = {
  "redirect.title": "Andere Station",
  "redirect.choose": "An eine andere Station schicken",
  "redirect.perishable": "Verderbliche Ware bleibt bei der Station, die Sie gewählt haben.",
  "redirect.none": "Keine andere Station in der Nähe hat Platz",
  "redirect.none_body": "Ihr Paket bleibt, wo es geplant ist. Sehen Sie später noch einmal nach: Den ganzen Tag werden Fächer frei.",
  "redirect.away": "{distance} von der jetzigen",
  "redirect.means": "Ihr Paket kommt stattdessen dorthin. Das Fach an der jetzigen Station bekommt jemand anders.",
  "redirect.means_inside":
    "Ihr Paket liegt schon in einem Fach. Ein Kurier nimmt es heraus und bringt es zur neuen Station; bis dahin liegt es höchstens drei Tage in seinem jetzigen Fach. So lange kann es niemand abholen: Ihr Code gilt ab jetzt nicht mehr, und Sie bekommen einen neuen, wenn das Paket am neuen Ort liegt. Dort beginnt die Abholzeit von vorn. Kommt kein Kurier rechtzeitig, bleibt es hier, und Sie bekommen wieder einen Code.",
  "redirect.back": "Andere wählen",
  "redirect.send": "Dorthin schicken",
  "redirect.no.station_full": "Diese Station ist gerade voll geworden. Bitte wählen Sie eine andere.",
  "redirect.no.station_unavailable": "Diese Station ist jetzt nicht zu benutzen. Bitte wählen Sie eine andere.",
  "redirect.no.perishable": "Verderbliche Ware wird nie an eine andere Station geschickt.",
  "redirect.no.redirect_under_way": "Ihr Paket ist schon auf dem Weg zu einer anderen Station.",
  "redirect.agree": "Ja, dorthin schicken",
  "redirect.decline": "Nein, lassen",
  "redirect.withdraw": "Zurücknehmen",
  "redirect.proposed_body": "Wir schicken Ihr Paket dorthin, wenn Sie zustimmen. Ohne Antwort bis {until} bleibt es wie geplant.",
  "redirect.proposed_inside":
    "Wenn Sie zustimmen, nimmt ein Kurier es heraus und bringt es dorthin; bis es angekommen ist, gilt Ihr Code hier nicht. Ohne Antwort bis {until} bleibt es, wo es ist.",
  "redirect.leaving_body":
    "Ein Kurier nimmt Ihr Paket heraus und bringt es dorthin. Bis {until} liegt es noch in seinem jetzigen Fach, und niemand kann es abholen.",
  "redirect.travelling_body": "Sobald es dort liegt, schreiben wir Ihnen mit einem neuen Code.",
  "redirect.undone_body": "Ihr Paket liegt, wo es lag, und Sie haben einen neuen Code dafür.",
  "redirect.undone_no_courier":
    "Es kam rechtzeitig kein Kurier. Ihr Paket liegt, wo es lag, mit einem neuen Code, und die verlorene Zeit bekommen Sie zurück.",
  "redirect.is.proposed": "Darf Ihr Paket zu {name}?",
  "redirect.is.leaving": "Geht zu {name}",
  "redirect.is.travelling": "Unterwegs zu {name}",
  "redirect.is.undoing": "Es bleibt: Ihr Code wird neu gemacht",
  "redirect.is.parked": "Auf dem Weg zu {name} ging etwas schief. Wir kümmern uns darum und schreiben Ihnen.",
  "redirect.is.done": "Es liegt bei {name}",
  "redirect.is.declined": "Sie wollten nicht zu {name}",
  "redirect.is.unanswered": "Sie haben zu {name} nicht geantwortet: Es bleibt wie geplant",
  "redirect.is.withdrawn": "Der Weg zu {name} wurde zurückgenommen",
  "redirect.is.refused": "{name} hatte keinen Platz: Es bleibt wie geplant",
  "redirect.is.undone": "Es ging nicht zu {name}",
};

/** The words of sending a parcel to another locker. */
export const words: Words<typeof en> = { en, de };
