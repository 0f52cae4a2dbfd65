// What a text message costs. 3GPP TS 23.038 §6.2.1: the default alphabet has 128 characters of seven bits and ten more of twice that; a
// message with any other character is UCS-2. TS 23.040 §9.2.3.24: of a message in parts each part gives up six bytes.

const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extended = "^{}\\[~]|€\f";
const basicSet = new Set(basic);
const extendedSet = new Set(extended);

const septets = { one: 160, part: 153 };
const units = { one: 70, part: 67 };

/** Length in seven-bit characters; null when the alphabet does not have them all. */
function septetsOf(text: string): number | null {
  let count = 0;
  for (const character of text) {
    if (basicSet.has(character)) count++;
    else if (extendedSet.has(character)) count += 2;
    else return null;
  }
  return count;
}

/** Into how many messages a text is cut, and paid for. */
export function segmentsOf(text: string): number {
  const length = septetsOf(text);
  const [size, { one, part }] = length === null ? [text.length, units] : [length, septets];
  return size <= one ? 1 : Math.ceil(size / part);
}

/** Signs that differ in dress alone. */
const plainSigns: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‚": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "–": "-",
  "—": "-",
  "…": "...",
  "·": "-",
  "\u2068": "",
  "\u2069": "",
};

/**
 * The text in the default alphabet where letters lose no more than an accent by it (õ, š, ł become o, s, l): a third of the price. A text
 * in another script stays as it is.
 */
export function inGsm(text: string): string {
  const folded = [...text]
    .map((character) => {
      if (basicSet.has(character) || extendedSet.has(character)) return character;
      if (/\s/u.test(character)) return " ";
      const plain = plainSigns[character] ?? { ł: "l", Ł: "L", đ: "d", Đ: "D" }[character];
      return plain ?? character.normalize("NFD").replace(/\p{M}/gu, "");
    })
    .join("");
  return septetsOf(folded) === null ? text : folded;
}

/** A text message is paid for so often at most. */
export const mostSegments = 2;

/**
 * A text message that costs no more than it may: of the place its address goes first, then the end of its name. What names it carries is what people
 * typed, of any length.
 */
export function fitted(short: (where: string) => string, where: string, name: string): string {
  const fits = (text: string): boolean => segmentsOf(text) <= mostSegments;
  const letters = [...name];
  const shorter = letters.map(
    (_, cut) =>
      `${letters
        .slice(0, letters.length - 1 - cut)
        .join("")
        .trimEnd()}...`,
  );
  for (const attempt of [where, name, ...shorter]) {
    const text = inGsm(short(attempt));
    if (fits(text)) return text;
  }
  return [...inGsm(short(""))].slice(0, units.part * mostSegments).join("");
}
