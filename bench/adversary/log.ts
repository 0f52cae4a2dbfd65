import { altered, liesBy } from "@pigeonhole/devices/testing-lies";
import { makeKey } from "@pigeonhole/devices/testing";
import type { Acknowledge, Envelope, StationFact } from "@pigeonhole/protocol/messages";
import type { Fleet } from "./fleet.ts";
import { some, type Plan } from "./plan.ts";

const place = "station: log";
const closed: StationFact = { type: "compartment_closed", compartment: 1 };

/** What a station, or somebody with its certificate, tells of itself: forged, altered, spliced, repeated, late, with gaps, by a copy (I-41, I-57). */
export async function stationLog({ ledger, size }: Plan, { world }: Fleet): Promise<void> {
  const stranger = await makeKey();
  type Cabinet = Awaited<ReturnType<typeof world.connected>>;
  const report = async (cab: Cabinet, events: readonly unknown[]): Promise<number | undefined> => {
    await cab.say("events", { events });
    return cab.heard<Acknowledge>("acknowledge").then(
      ({ seq }) => seq,
      () => undefined,
    );
  };
  const reported = async (cab: Cabinet): Promise<number> => (await world.facts("devices.reported", cab.id)).length;
  /** One genuine entry, then what is tried; of it nothing is believed. */
  const attempt = async (what: string, lie: (cab: Cabinet, first: Envelope) => readonly unknown[], believed = 1): Promise<void> => {
    const cab = await world.connected();
    const first = cab.journal.next(closed);
    await report(cab, [first]);
    const acknowledged = await report(cab, lie(cab, first));
    const told = await reported(cab);
    const breach =
      told !== believed
        ? `${told} entries were believed, not ${believed}`
        : acknowledged !== undefined && acknowledged > believed
          ? `acknowledged up to ${acknowledged}`
          : undefined;
    ledger.note(place, what, "not believed: no fact, no acknowledgement", `${told - believed} believed`, breach && `${what}: ${breach}`);
    await cab.client.endAsync(true);
  };
  for (const [what, lie] of some({ size }, Object.entries(liesBy(stranger.signing)), 3))
    await attempt(what, (cab) => [lie(cab), altered(cab, {})]);
  await attempt("the same entries again", (_, first) => [first, first, first]);
  await attempt("an entry beyond a gap", (cab) => [altered(cab, { seq: 9 })]);
  await attempt("a signature of another entry", (cab, first) => [{ ...altered(cab, {}), sig: first.sig }]);
  await attempt("a body of another entry", (cab, first) => [{ ...altered(cab, {}), body: first.body }]);
  const other = await world.connected();
  const theirs = other.journal.next(closed);
  await attempt("another station's genuine entry", () => [theirs]);
  await attempt("another station's key under this station's id", (cab) => [
    other.journal.sign({
      v: 1,
      station: cab.id,
      epoch: 1,
      seq: 2,
      previous: cab.journal.last().previous,
      at: "2026-01-01T12:00:00.000Z",
      event: closed,
    }),
  ]);
  await other.client.endAsync(true);

  // A copy whose log goes another way, and one whose log has become shorter.
  const cab = await world.connected();
  const [one, two] = [cab.journal.next(closed), cab.journal.next(closed)];
  await report(cab, [one, two]);
  const { previous } = JSON.parse(two.body) as { previous: string };
  await report(cab, [
    cab.journal.sign({ v: 1, station: cab.id, epoch: 1, seq: 2, previous, at: "2027-01-01T12:00:00.000Z", event: closed }),
  ]);
  const found = (await world.facts("devices.quarantined", cab.id)).length;
  ledger.note(place, "a copy that forks the log", "kept aside and told", `${found} told`, found === 1 ? undefined : `${found} were told`);
  await cab.say("hello", cab.hello({ lastEventSeq: 1 }));
  await cab.heard("acknowledge").catch(() => undefined);
  const shorter = (await world.facts("devices.quarantined", cab.id)).length;
  ledger.note(
    place,
    "a log that has become shorter",
    "kept aside and told",
    `${shorter} told`,
    shorter === 2 ? undefined : `${shorter} were told`,
  );
  const facts = await reported(cab);
  ledger.note(place, "what the copy told", "not believed", `${facts} believed`, facts === 2 ? undefined : `${facts} entries were believed`);
  await cab.client.endAsync(true);
}
