import { randomInt, randomUUID } from "node:crypto";
import { attemptLimits } from "@pigeonhole/access/domain";
import { phoneAttempts } from "@pigeonhole/access/phone/domain";
import { clientPauses, triesPerCode } from "@pigeonhole/identity/domain";
import { codePauses } from "@pigeonhole/identity/second-factor/domain";
import type { Plan } from "../plan.ts";
import { changeOf, cameOf, type Town } from "./town.ts";

const place = "api: guessing";
const digits = (count: number): string => String(randomInt(10 ** count)).padStart(count, "0");
const hex = (bytes: number): string => Array.from({ length: bytes * 2 }, () => randomInt(16).toString(16)).join("");

/** Guesses spread over accounts, addresses and stations: of each no more are compared than its limit allows, and none is right (I-34, G-20). */
export async function apiGuessing({ ledger, size }: Plan, town: Town): Promise<void> {
  const { sides, asking } = town;
  const { ann, ben } = asking;
  const { ask } = sides;
  const isFull = size === "full";
  const before = await town.ofAnn();
  let client = 0;
  /** Each guess from an address of its own, as the proxy before this server has it. */
  const elsewhere = (): Record<string, string> => ({ "x-forwarded-for": `198.51.${Math.floor(++client / 250)}.${1 + (client % 250)}` });
  /** Notes that of so many guesses no more than `most` were compared. */
  const bound = (
    what: string,
    answers: readonly { readonly status: number; readonly text: string }[],
    most: number,
    isCompared: (status: number) => boolean,
  ): void => {
    const compared = answers.filter(({ status }) => isCompared(status)).length;
    for (const [n, told] of answers.entries()) {
      const isRight = told.status < 300;
      const isOver = n === answers.length - 1 && compared > most;
      const breach = isRight
        ? `a guess was right: ${told.text.slice(0, 100)}`
        : isOver
          ? `${compared} guesses were compared, at most ${most} may be`
          : undefined;
      ledger.note(place, what, "none right, and no more compared than the limit allows", cameOf(told), breach);
    }
  };
  const inRow = async <T>(count: number, guess: (n: number) => Promise<T>): Promise<T[]> => {
    const answers: T[] = [];
    for (let n = 0; n < count; n++) answers.push(await guess(n));
    return answers;
  };

  await ask("POST", "/sign-in-codes", {}, { email: ann.person.email });
  bound(
    "a customer's sign-in code, from ever other addresses",
    await inRow(isFull ? 60 : 12, () =>
      ask("POST", "/sessions", elsewhere(), { kind: "customer", email: ann.person.email, code: digits(6) }),
    ),
    triesPerCode,
    (status) => status === 422,
  );
  bound(
    "an operator's password, from one address",
    await inRow(isFull ? 30 : 8, (n) =>
      ask(
        "POST",
        "/sessions",
        { "x-forwarded-for": "203.0.113.9" },
        { kind: "operator", email: "operator@example.org", password: `guess number ${n}` },
      ),
    ),
    clientPauses.free,
    (status) => status === 422,
  );
  bound(
    "a courier's password, from one address",
    await inRow(isFull ? 30 : 8, (n) =>
      ask(
        "POST",
        "/sessions",
        { "x-forwarded-for": "203.0.113.10" },
        { kind: "courier", carrier: "post-ann", username: "driver-ann", password: `guess number ${n}` },
      ),
    ),
    clientPauses.free,
    (status) => status === 422,
  );
  // One cabinet after the other, as somebody would who has broken into many: each compares its own share and no more.
  const decide = asking.moduleCalled("devices");
  for (let station = 0; station < (isFull ? 40 : 3); station++) {
    const id = randomUUID();
    const question = () => ({ id: randomUUID(), codeHash: hex(32), grant: null, generation: null, at: new Date().toISOString() });
    const answers = await Promise.all(
      Array.from({ length: isFull ? 60 : 30 }, () => ask("POST", `/internal/access/stations/${id}/decisions`, decide, question())),
    );
    // What is decided is an answer of 200: it says no.
    const said = answers.map((told) => (told.body["outcome"] === "refused" ? { ...told, status: 299 } : told));
    const compared = said.filter(({ status }) => status === 299).length;
    for (const [n, told] of said.entries()) {
      const isRight = told.body["outcome"] === "granted";
      const isOver = n === said.length - 1 && compared > attemptLimits.code.burst;
      const came = told.status === 299 ? `refused ${String(told.body["reason"])}` : cameOf(told);
      ledger.note(
        place,
        "codes at one cabinet after the other",
        "none right, and no more compared than the limit allows",
        came,
        isRight ? "a guess was right" : isOver ? `${compared} were compared` : undefined,
      );
    }
  }
  bound(
    "the number on a station's screen, by whoever may open there",
    await inRow(isFull ? 40 : 10, () =>
      ask("POST", `/parcels/${ben.parcel}/open`, { ...ben.as.customer, ...elsewhere() }, { number: digits(4) }),
    ),
    phoneAttempts.burst,
    (status) => status === 422 || status === 503,
  );
  const { cookie } = await sides.server.operatorOf("support", "guessed");
  const begun = await ask("POST", "/my/second-factor", { cookie }, { password: "correct horse battery" });
  if (begun.status < 300)
    bound(
      "a second factor's code, by whoever has the password",
      await inRow(isFull ? 30 : 8, () => ask("POST", "/my/second-factor/confirm", { cookie, ...elsewhere() }, { code: digits(6) })),
      codePauses.free,
      (status) => status === 422,
    );
  else
    ledger.note(
      place,
      "a second factor's code, by whoever has the password",
      "can be begun",
      cameOf(begun),
      `it could not be begun: ${begun.text.slice(0, 200)}`,
    );
  const tokens: readonly (readonly [string, string, string, (n: number) => unknown])[] = [
    ["a proxy's link", "POST", "/collect", () => ({ token: `php_${Buffer.from(hex(32), "hex").toString("base64url")}` })],
    ["the answer to a question by mail", "POST", "/redirect-answers", () => ({ token: hex(26), agrees: true })],
    [
      "an enrolment token",
      "POST",
      "/enrolments",
      () => ({
        token: Buffer.from(hex(24), "hex").toString("base64url"),
        csr: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        codeKey: "A".repeat(43),
      }),
    ],
    ["a mail's link to fewer messages", "POST", `/fewer-messages/${hex(26)}`, () => ({})],
    ["a provider's receipt", "POST", `/message-receipts/${hex(26)}`, () => ({ state: "delivered" })],
  ];
  for (const [what, method, at, body] of tokens)
    for (let n = 0; n < (isFull ? 40 : 4); n++) {
      const told = await ask(method, at, elsewhere(), body(n));
      // A link that is none is answered like one that is used: nothing is told of either.
      const isHarmless = told.status >= 400 ? told.status < 500 : told.text === "" || told.text === "{}";
      ledger.note(
        place,
        what,
        "a refusal, or nothing told",
        cameOf(told),
        isHarmless ? undefined : `answered ${told.status} ${told.text.slice(0, 150)}`,
      );
    }
  const change = changeOf(before, await town.ofAnn());
  ledger.note(place, "what is somebody else's, afterwards", "as it was before", change === undefined ? "as it was" : "changed", change);
}
