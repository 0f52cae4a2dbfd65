// What a parcel's owner may do with it, as far as the screens' tests ask: sent elsewhere, opened from the phone, collected by somebody else.
import type { Condition } from "@pigeonhole/access/conditions/contract";
import type { Person, Proxy } from "@pigeonhole/access/proxies/contract";
import type { Parcel } from "@pigeonhole/parcels/contract";
import type { Redirect } from "@pigeonhole/parcels/redirects/contract";
import type { Candidate } from "@pigeonhole/reservations/contract";

const day = 86_400_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

/** One route of the screens' server: whether one has to be signed in, and what it answers. */
export type Route = readonly [
  method: string,
  path: RegExp,
  isPrivate: boolean,
  answer: (id: string, body: Record<string, unknown>) => readonly [status: number, body: unknown],
];

interface Needs {
  readonly parcels: Map<string, Parcel>;
  readonly candidates: () => Candidate[];
  /** The station at which every parcel is. */
  readonly from: string;
  /** The number on its screen. */
  readonly standing: string;
  /** What the shop asks for before a parcel is given out; taken away, it has happened. */
  readonly asks: readonly Asked[];
}
/** As `access.conditions` answers it, without what is the same for all. */
export type Asked =
  | Pick<Extract<Condition, { kind: "age_check" }>, "id" | "kind" | "state" | "url" | "minimumAge" | "proxy" | "how">
  | Pick<Extract<Condition, { kind: "cash_on_delivery" }>, "id" | "kind" | "state" | "url" | "amountMinor" | "currency" | "how">;

export function ownersRoutes({ parcels, candidates, from, standing, asks }: Needs): readonly Route[] {
  const redirects: Redirect[] = [];
  const people: Person[] = [];
  const redirectOf = (parcel: string, to: string): Redirect => ({
    id: crypto.randomUUID(),
    parcel,
    from,
    to,
    state: "leaving",
    by: "customer",
    reason: null,
    note: null,
    isInside: true,
    until: at(3 * day),
    createdAt: at(0),
    endedAt: null,
  });
  const proxies: Proxy[] = [];
  const answered = new Map<string, "agreed" | "declined">();
  const conditions = () => asks.map((each) => ({ ...each, askedAt: at(-day), endedAt: null, by: null }));
  return [
    ["GET", /^\/parcels\/([^/]+)\/conditions$/, true, () => [200, { conditions: conditions() }]],
    ["GET", /^\/parcels\/([^/]+)\/proxies$/, true, () => [200, { proxies }]],
    [
      "POST",
      /^\/parcels\/([^/]+)\/proxies$/,
      true,
      (_id, body) => {
        const token = `php_${"A".repeat(43)}`;
        const ends = { endedAt: null, boundedBy: null };
        proxies.unshift({
          id: crypto.randomUUID(),
          name: String(body.name),
          email: (body.email as string | null | undefined) ?? null,
          state: "waiting",
          token,
          namedAt: at(0),
          ...ends,
        });
        return [201, proxies[0]];
      },
    ],
    [
      "POST",
      /^\/proxies\/([^/]+)\/revoke$/,
      true,
      (id) => [
        200,
        Object.assign(
          proxies.find((each) => each.id === id)!,
          { state: "revoked", token: null, endedAt: at(0), boundedBy: at(2 * day) },
        ),
      ],
    ],
    // Whoever has the link, signed in or not.
    [
      "POST",
      /^\/collect$/,
      false,
      (_id, body) => {
        const named = proxies.some(({ token }) => token === body.token);
        const code = { code: "20481632", qr: `PH1.${"Qk9YMTI".repeat(14)}`, carried: null, missing: [] };
        return named ? [200, { state: "ready", station: from, compartment: 2, expiresAt: at(2 * day), ...code }] : [404, "not_found"];
      },
    ],
    ["GET", /^\/people$/, true, () => [200, { people }]],
    ["POST", /^\/people$/, true, (_id, body) => [201, people[people.push({ id: crypto.randomUUID(), name: String(body.name) }) - 1]]],
    ["GET", /^\/parcels\/([^/]+)\/redirects$/, true, (id) => [200, { redirects: redirects.filter((each) => each.parcel === id) }]],
    ["GET", /^\/parcels\/([^/]+)\/places$/, true, () => [200, { candidates: candidates().slice(1) }]],
    [
      "POST",
      /^\/parcels\/([^/]+)\/redirects$/,
      true,
      (id, body) => {
        const made = redirectOf(id, String(body.station));
        redirects.unshift(made);
        parcels.set(id, { ...parcels.get(id)!, recalledFor: "redirected" });
        return [201, made];
      },
    ],
    [
      "POST",
      /^\/redirects\/([^/]+)\/withdraw$/,
      true,
      (id) => {
        const one = redirects.find((each) => each.id === id)!;
        Object.assign(one, { state: "undone", endedAt: at(0), reason: "withdrawn" });
        parcels.set(one.parcel, { ...parcels.get(one.parcel)!, recalledFor: null });
        return [200, one];
      },
    ],
    // The link of a message that asks, one for each question.
    ...(["questions", "answers"] as const).map((what): Route => [
      "POST",
      new RegExp(`^/redirect-${what}$`),
      false,
      (_id, body) => {
        const token = String(body.token);
        if (body.answer !== undefined) answered.set(token, body.answer === "agree" ? "agreed" : "declined");
        const to = candidates()[1]!.station;
        return [200, { from, to, state: answered.get(token) ?? "proposed", isInside: true, note: null, until: at(day) }];
      },
    ]),
    // A phone that says nothing of where it is, then the number on the screen.
    [
      "POST",
      /^\/parcels\/([^/]+)\/open$/,
      true,
      (_id, body) =>
        body.number === undefined
          ? [403, "not_there"]
          : body.number === standing
            ? [200, { command: crypto.randomUUID(), outcome: "opened", reason: null }]
            : [422, "number_wrong"],
    ],
  ];
}
