const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ı: "i",
  "’": " ",
  "'": " ",
  "-": " ",
};

/** How names are compared: without case, accents, hyphens and double spaces. "Sant Julià" is found by "sant julia". */
export const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøłđæœþı’'-]/g, (letter) => letters[letter]!)
    .replace(/\s+/g, " ")
    .trim();

/** The file that holds all places whose folded name begins so: two Latin letters, or "other". */
export const shardOf = (folded: string): string => /^[a-z]{2}/.exec(folded)?.[0] ?? "other";

/** One file of the index. Places point into `regions`; coordinates are thousandths of a degree (100 m). */
export interface Shard {
  readonly regions: readonly string[];
  readonly places: readonly (readonly [name: string, country: string, region: number, latThousandths: number, lonThousandths: number])[];
}
