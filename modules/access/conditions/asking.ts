import assert from "node:assert/strict";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import type { HoldReason } from "@pigeonhole/protocol/reasons";
import type { Conditions } from "@pigeonhole/reservations/conditions/contract";
import { ConditionMoved } from "../events.ts";
import type { GrantRow } from "../queries/grants.ts";
import type { Tables } from "../tables.ts";
import type { Condition, ConditionState, Means } from "./contract.ts";
import { heldFor, heldForProxy } from "./domain.ts";
import * as queries from "./queries.ts";
import type { ConditionRow } from "./queries.ts";

type Write = Tx<Tables>;

/** A row as it is told. */
export function view(row: ConditionRow): Condition {
  const { id, state, url, minimum_age: minimumAge, amount_minor: amountMinor, currency, attested_by: by, how } = row;
  const common = { id, state, url, askedAt: row.asked_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null, by };
  if (row.kind === "age_check") {
    assert(minimumAge === 16 || minimumAge === 18);
    return { ...common, kind: row.kind, minimumAge, proxy: row.proxy, how: how as Extract<Condition, { kind: "age_check" }>["how"] };
  }
  assert(amountMinor !== null && currency !== null);
  return { ...common, kind: row.kind, amountMinor, currency, how: how as Extract<Condition, { kind: "cash_on_delivery" }>["how"] };
}
/** What the owner of a right, or their proxy, has to see to first; their own and what is asked once. */
export const missingOf = (rows: readonly ConditionRow[], { held, proxy = null }: Pick<GrantRow, "held" | "proxy">): Condition[] =>
  rows.filter((row) => held.includes(row.kind) && (row.kind !== "age_check" || row.proxy === proxy)).map(view);

/** An order asks for something; what its rights are held for. */
export async function ask(
  tx: Write,
  { newId }: { readonly newId: NewId },
  { parcel, station, conditions }: { readonly parcel: string; readonly station: string; readonly conditions: Conditions | null },
  at: Date,
): Promise<HoldReason[]> {
  const held = heldFor(conditions);
  const rows = held.map((kind) => ({
    ...nothing,
    id: newId(),
    parcel,
    kind,
    url: conditions?.url ?? null,
    asked_at: at,
    ...(kind === "age_check"
      ? { minimum_age: conditions!.ageCheck }
      : { amount_minor: conditions!.cashOnDelivery!.amountMinor, currency: conditions!.cashOnDelivery!.currency }),
  }));
  await queries.insert(tx, rows);
  await tell(tx, at, station, rows, { from: null, held });
  return held;
}

/** Somebody is to collect for its owner: what their right is held for. Their age is asked of them. */
export async function askProxy(
  tx: Write,
  { newId }: { readonly newId: NewId },
  { parcel, station, held: owners }: Pick<GrantRow, "parcel" | "station" | "held">,
  proxy: string,
  at: Date,
): Promise<HoldReason[]> {
  const asked = await queries.ofParcel(tx, parcel);
  const held = heldForProxy(owners, asked);
  const age = asked.find(({ kind, proxy: of }) => kind === "age_check" && of === null);
  if (!age) return held;
  const row = {
    ...nothing,
    id: newId(),
    parcel,
    kind: age.kind,
    proxy,
    minimum_age: age.minimum_age,
    url: withProxy(age.url, proxy),
    asked_at: at,
  };
  await queries.insert(tx, [row]);
  await tell(tx, at, station, [row], { from: null, held });
  return held;
}

/** The parcel, or these proxies of it, wait no more; or do after all. */
export async function turn(
  tx: Write,
  whose: Parameters<typeof queries.move>[1],
  to: "open" | "over",
  { station, at }: { readonly station: string; readonly at: Date },
): Promise<void> {
  const rows = await queries.move(tx, whose, to, at);
  await tell(tx, at, station, rows, { from: to === "open" ? "over" : "open", held: [] });
}

/** Tells what became of these. */
async function tell(
  tx: Write,
  at: Date,
  station: string,
  rows: readonly Pick<ConditionRow, "id" | "parcel" | "kind" | "proxy" | "state">[],
  { from, held }: { readonly from: ConditionState | null; readonly held: HoldReason[] },
): Promise<void> {
  for (const { id: condition, parcel, kind, proxy, state: to } of rows)
    await publish(tx, at, ConditionMoved, { ...silent, condition, parcel, station, kind, proxy, from, to, held });
}
/** Nobody said anything. */
const silent = { actor: null, how: null as Means | null, reason: null, isInside: false } as const;
const nothing = {
  proxy: null,
  state: "open",
  minimum_age: null,
  amount_minor: null,
  currency: null,
  ended_at: null,
  attested_by: null,
  how: null,
  reason: null,
} as const;

/** The shop's page learns whose age it is about. */
function withProxy(url: string | null, proxy: string): string | null {
  if (url === null) return null;
  const page = new URL(url);
  page.searchParams.set("proxy", proxy);
  return page.href;
}
