import { randomUUID } from "node:crypto";
import { seal } from "@pigeonhole/protocol/envelope";
import type { Command, Envelope } from "@pigeonhole/protocol/messages";
import { topic } from "@pigeonhole/protocol/topics";
import { readMessage } from "@pigeonhole/station/link/read-message";
import { kid } from "@pigeonhole/station/link/testing";
import { testStation } from "@pigeonhole/station/testing";
import { mutators, type Target } from "../../forgeries.ts";
import type { Plan } from "../plan.ts";

const place = "station: orders";
const expected = "no lock is fired";
type World = Awaited<ReturnType<typeof testStation>>;

/** Lets what was delivered come to an end: an answer to a genuine order says that all before it was worked on. */
async function settle(world: World): Promise<void> {
  const { command } = await wordless(world);
  await world.backend.result(command.id);
}
/** An order that opens nothing and is answered. */
async function wordless({ backend, time }: World): Promise<{ command: Command }> {
  const order = backend.command(time.now(), { action: "attest_deposit", seq: nextSeq() });
  backend.deliver("command", order.envelope);
  return order;
}
let seq = 1_000;
const nextSeq = (): number => ++seq;

/** Forged, changed, late, repeated and foreign orders, as bytes through everything that a station does with a message (G-30). */
export async function stationOrders({ ledger, size }: Plan): Promise<void> {
  await using world = await testStation(["small", "small", "small"]);
  const { backend, time, test } = world;
  const { station } = test.identity;
  const receive = (payload: Buffer): void => {
    const read = readMessage(station, topic(station, "command"), payload);
    if (typeof read !== "string") backend.deliver(read.name, read.content);
  };
  const genuine = (more: Partial<Command> = {}): { command: Command; envelope: Envelope } =>
    backend.command(time.now(), { seq: nextSeq(), ...more });
  const spent = genuine({ compartment: 1, purpose: "service", parcel: null });
  receive(Buffer.from(JSON.stringify(spent.envelope)));
  await backend.result(spent.command.id);
  await world.close(1);
  let fired = world.fired().length;
  ledger.note(
    place,
    "a genuine order",
    "fires its lock once: else all refusals would prove nothing",
    `fired ${fired}`,
    fired === 1 ? undefined : `fired ${fired} times`,
  );
  /** What was sent since the last look, and whether a lock was fired meanwhile. */
  const look = async (what: string, count: number): Promise<void> => {
    await settle(world);
    const now = world.fired().length;
    const breach = now > fired ? `${now - fired} locks were fired` : undefined;
    for (let n = 0; n < count; n++)
      ledger.note(place, what, expected, breach === undefined ? "shut" : "opened", n === 0 ? breach : undefined);
    fired = now;
  };
  const each = size === "full" ? 60 : 3;
  const signing = { kid, key: test.backendKey };
  for (const [name, mutate] of Object.entries(mutators)) {
    for (let n = 0; n < each; n++) {
      // An order that would open if it came as it was signed.
      const order = genuine({ compartment: 2, purpose: "service", parcel: null });
      const target: Target = { ...order, backend: signing, spent, freshSeq: nextSeq, now: time.now() };
      const forged = mutate(target);
      if (!forged.equals(Buffer.from(JSON.stringify(order.envelope)))) receive(forged);
    }
    await look(name.replaceAll("_", " "), each);
  }
  for (let n = 0; n < each; n++) receive(Buffer.from(JSON.stringify(spent.envelope)));
  await look("the same bytes again", each);

  // Rightly signed by the same backend, for others.
  const replays: readonly (readonly [string, Partial<Command>])[] = [
    ["another station's order", { station: randomUUID() }],
    ["an order of a former epoch", { epoch: 0 }],
    ["an order of the next epoch", { epoch: 2 }],
    [
      "an order held back for an hour",
      {
        issuedAt: new Date(time.now().getTime() - 3_600_000).toISOString(),
        expiresAt: new Date(time.now().getTime() - 3_570_000).toISOString(),
      },
    ],
    ["an order below the window of numbers", { seq: 1 }],
    [
      "an order for a box that holds something else",
      { compartment: 2, purpose: "service", parcel: null, expected: { parcel: randomUUID() } },
    ],
    ["an order for a door that is not there", { compartment: 99 }],
    [
      "a collection of what does not lie there",
      { compartment: 2, purpose: "collection", parcel: randomUUID(), expected: { parcel: randomUUID() } },
    ],
    ["a pick-up of what does not lie there", { compartment: 2, purpose: "pickup", parcel: randomUUID(), expected: { parcel: null } }],
  ];
  for (const [what, more] of replays) {
    receive(Buffer.from(JSON.stringify(genuine({ compartment: 2, purpose: "service", parcel: null, ...more }).envelope)));
    await look(what, 1);
  }
  // A drop-off that is stale: the box has been given to somebody else meanwhile.
  await world.restart();
  backend.connect();
  receive(Buffer.from(JSON.stringify(spent.envelope)));
  await look("the same bytes after a restart", 1);
  const spliced = genuine({ compartment: 3, purpose: "service", parcel: null });
  for (const body of [spent.envelope.body, spliced.envelope.body.replace('"compartment":3', '"compartment":2')])
    receive(Buffer.from(JSON.stringify({ ...spliced.envelope, body })));
  receive(Buffer.from(JSON.stringify(seal("event", spliced.command, signing))));
  await look("spliced of two orders", 3);
  for (const name of ["desired", "answer", "acknowledge", "keys", "certificate", "time"] as const) backend.deliver(name, spliced.envelope);
  await look("an order under another topic", 6);
}
