/** Every sentence of a message. `{…}` is filled in; every language has the same keys and the same gaps (words.test.ts). */
export const en = {
  hello: "Hello {name},",
  "sign_in.subject": "Your sign-in code",
  "sign_in.lead": "This is your code to sign in to Pigeonhole:",
  "sign_in.valid": "It is valid for {minutes} minutes.",
  "sign_in.not_you": "If you did not ask for it, you need do nothing: without the code nobody can sign in.",
  "ready.subject": "Your parcel is in the locker: {station}",
  "ready.lead": "your parcel {number} is in the locker and waits for you.",
  "reissued.subject": "Your new code for the locker: {station}",
  "reissued.lead": "here is the new code for your parcel {number}. The old one no longer works.",
  code: "Your code",
  how: "Type the code at the locker, or hold the QR code in front of its scanner.",
  until: "Please collect it before {until}.",
  where: "Where",
  directions: "Directions",
  page: "Your parcel's page",
  qr: "QR code for the locker",
  phone: "Help: {phone}",
  "short.ready": "Your parcel {number} is in the locker {place}. Code {code}, before {until}.",
  "short.reissued": "New code for your parcel {number} in the locker {place}: {code}, before {until}. The old one no longer works.",
  "extended.subject": "You have more time for your parcel: {station}",
  "extended.lead":
    "the locker with your parcel {number} could not be reached for a while. For that time your clock stood still; your code stays the same.",
  "collected.subject": "Your parcel was collected: {station}",
  "collected.lead": "your parcel {number} was taken out of the locker on {at}.",
  "collected.not_you": "If that was not you or somebody you sent, please tell us at once.",
  "moved.subject": "Your parcel comes to another locker: {station}",
  "moved.lead": "the locker {former} has been taken out of service. Your parcel {number} will come to another one near by.",
  "moved.where": "The new place",
  "moved.then": "You need do nothing. As soon as your parcel is in the new locker, we send you the code.",
  "short.moved": "The locker {former} is out of service. Your parcel {number} comes to {place} instead. The code follows once it is there.",
  "gone.subject": "Your parcel cannot come to the locker: {station}",
  "gone.lead":
    "we are sorry: the locker {station} has been taken out of service, and none near by has room for your parcel {number}. It cannot be delivered to a locker.",
  "gone.then": "The sender has been told. Please ask the sender for another way of delivery.",
  footer: "You get this message because a parcel for you goes through this locker.",
} as const;

/** What every language has to say. */
export type Words = Readonly<Record<keyof typeof en, string>>;
