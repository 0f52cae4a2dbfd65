import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { AuditApi } from "@pigeonhole/audit/contract";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import type { CustodyApi } from "@pigeonhole/custody/contract";
import { client, problemOf } from "@pigeonhole/kit/client";
import { testSettings } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { AllowingApi } from "@pigeonhole/returns/allowing/contract";
import type { ReturnApi } from "@pigeonhole/returns/contract";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";
import { eventually, must } from "./ask.ts";
import { closeDoor, codeFromInbox, dropOff, order, reaches, setOut, signInAsCustomer, takeOut, typeCode, untilFree } from "./journey.ts";
import { freePorts } from "./ports.ts";
import { stationPlans } from "./town.ts";
import { startWorld, type World } from "./world.ts";

// The main job on its real parts: PostgreSQL, broker with TLS 1.3, server process, station process with the simulated board (A1-A6).
let world: World;
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-story-"));
before(async () => {
  world = await startWorld({ folder, ports: await freePorts(1), stations: stationPlans.slice(0, 1), postgresSettings: testSettings });
});
after(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const anna = { name: "Anna Kask", email: "anna@example.org" };
const operator = () => ({ headers: { cookie: world.operatorCookie } });
const compartments = async () =>
  (
    await must(
      "compartments",
      client<ReservationApi>(`${world.url}/api`, operator()).stations[":station"].compartments.$get({
        param: { station: world.stations[0]!.id },
      }),
    )
  ).compartments;

const kioskOf = () => client<KioskApi>(`${world.stations[0]!.kiosk}api`);
const compartmentOf = async (wanted: number) => (await compartments()).find(({ compartment }) => compartment === wanted)!;

/** The whole story; `between` happens after each step. Returns what was left behind. */
async function story(between: (step: string) => Promise<void>) {
  const station = world.stations[0]!;
  const { parcel, compartment } = await order(world, station.id, "small", anna);
  assert.ok(parcel);
  await between("ordered");
  const { barcode } = await reaches(world, parcel, "reserved");
  const out = await setOut(world, { station: station.id, parcels: [parcel] });
  await between("set out");
  await reaches(world, parcel, "shipped");
  const scan = await dropOff(out, station.id, barcode, async (door) => {
    assert.equal(door, compartment, "the door that opened is the one that was reserved (I-18)");
    await between("door open for the courier");
    await closeDoor(station.kiosk, door);
    await between("door closed by the courier");
  });
  assert.equal(scan.state, "deposited");
  await between("dropped off");
  const stored = await reaches(world, parcel, "stored");
  assert.ok(stored.depositedAt && stored.expiresAt);
  const code = await codeFromInbox(world, parcel);
  await between("message sent");
  const state = await typeCode(station.kiosk, code);
  assert.ok(state.step.step === "open" && state.step.compartment === compartment);
  await between("door open for the owner");
  await closeDoor(station.kiosk, compartment);
  await between("door closed by the owner");
  const collected = await reaches(world, parcel, "collected");
  return { parcel, compartment, code, collected };
}

/** Nobody's, and not given away while its former owner may come back to it: reserved without a reservation, for two minutes (A6.6, F6). */
const isNobodys = (compartment: number) =>
  eventually(`compartment ${compartment} is nobody's`, async () =>
    (await compartments()).find((c) => c.compartment === compartment && c.state === "reserved" && c.reservation === null),
  );

test("a parcel goes from checkout into a locker and into its owner's hands, and every trace of it is right", async () => {
  const { compartment, code, collected } = await story(async () => {});
  assert.deepEqual(
    collected.timeline.map((entry) => entry.state),
    ["reserved", "shipped", "delivered", "stored", "collected"],
  );
  assert.ok(collected.timeline.find((entry) => entry.state === "collected")?.proof, "the pick-up is proven by the station's signed event");
  await isNobodys(compartment);
  // Who forgot something opens once more within two minutes (F6), and never again (I-14).
  const { kiosk } = world.stations[0]!;
  await typeCode(kiosk, code);
  await closeDoor(kiosk, compartment);
  await untilFree(kiosk);
  await assert.rejects(typeCode(kiosk, code), /code_used/);
  const audit = client<AuditApi>(`${world.url}/api`, operator());
  const actions = (await must("audit", audit.audit.$get({ query: { station: world.stations[0]!.id } }))).entries.map(
    (entry) => entry.action,
  );
  assert.ok(actions.filter((action) => action === "compartment_opened").length === 3, actions.join());
  assert.ok((await must("verify", audit.audit.verification.$get())).whole);
});

test("the same story with the server killed between any two steps: nothing is lost, nothing happens twice", async () => {
  const kills: string[] = [];
  const { parcel, compartment, collected } = await story(async (step) => {
    await world.server.process.kill();
    await world.server.start();
    kills.push(step);
  });
  assert.equal(kills.length, 8);
  assert.deepEqual(
    collected.timeline.map((entry) => entry.state),
    ["reserved", "shipped", "delivered", "stored", "collected"],
  );
  await isNobodys(compartment);
  const { rows } = await world.sql<{
    type: string;
    n: number;
  }>(`select payload->'event'->>'type' as type, count(*)::int as n from kit.outbox
    where type = 'devices.reported' and payload->>'parcel' = '${parcel}' group by 1`);
  for (const { type, n } of rows) assert.equal(n, type === "compartment_opened" ? 2 : 1, `${type} was reported ${n} times`);
});

test("the same story with the station's process killed while nobody stands before it", async () => {
  const station = world.stations[0]!;
  const quiet = new Set(["ordered", "set out", "dropped off", "message sent"]);
  const { collected } = await story(async (step) => {
    if (!quiet.has(step)) return;
    await station.process.kill();
    await station.start();
  });
  assert.equal(collected.state, "collected");
});

test("with the server gone, a code that was sent opens its door all the same, and the backend hears of it later (A6.1, I-73)", async () => {
  const station = world.stations[0]!;
  const { parcel } = await order(world, station.id, "medium", anna);
  const out = await setOut(world, { station: station.id, parcels: [parcel!] });
  const { barcode } = await reaches(world, parcel!, "shipped");
  const { compartment } = await dropOff(out, station.id, barcode, (door) => closeDoor(station.kiosk, door));
  const code = await codeFromInbox(world, parcel!);
  await world.server.process.kill();
  const state = await typeCode(station.kiosk, code);
  assert.ok(state.step.step === "open" && state.step.compartment === compartment);
  await closeDoor(station.kiosk, compartment);
  await world.server.start();
  await reaches(world, parcel!, "collected");
});

test("A7.2, A8.1: what its sender calls back is a courier's to take out; its code is dead, its box free by the station's word alone, the server killed at the open door", async () => {
  const station = world.stations[0]!;
  const { parcel } = await order(world, station.id, "small", anna);
  const out = await setOut(world, { station: station.id, parcels: [parcel!] });
  const { barcode } = await reaches(world, parcel!, "shipped");
  const { compartment } = await dropOff(out, station.id, barcode, (door) => closeDoor(station.kiosk, door));
  const code = await codeFromInbox(world, parcel!);
  const shop = client<ParcelApi>(`${world.url}/api`, { headers: { authorization: `Bearer ${world.memory.shop!.key}` } });
  const recalled = await must("recall", shop.parcels[":id"].recall.$post({ param: { id: parcel! } }));
  assert.equal(recalled.recalledFor, "recalled");
  const becomes = (state: string) =>
    eventually(`compartment ${compartment} is ${state}`, async () =>
      (await compartments()).find((each) => each.compartment === compartment && each.state === state),
    );
  await becomes("return_pending");
  await assert.rejects(typeCode(station.kiosk, code), /code_revoked/);
  const round = await setOut(world, { station: station.id, parcels: [] });
  const taken = await takeOut(world, round, parcel!, async (door) => {
    await world.server.process.kill();
    await world.server.start();
    await closeDoor(station.kiosk, door);
  });
  assert.equal(taken.state, "taken_out");
  const returned = await reaches(world, parcel!, "returned");
  assert.ok(returned.timeline.find((entry) => entry.state === "returned")?.proof, "proven by the station's signed event");
  await becomes("available");
  const custody = client<CustodyApi>(`${world.url}/api`, operator());
  const { handOvers } = await eventually("the hand-over receipt", async () => {
    const chain = await must("custody", custody.parcels[":parcel"].custody.$get({ param: { parcel: parcel! } }));
    return chain.handOvers.length === 4 ? chain : undefined;
  });
  assert.deepEqual(
    handOvers.map(({ to }) => to.kind),
    ["shop", "carrier", "station", "carrier"],
  );
});

test("A7: what was collected goes back: a code from the message opens an empty box, with the server gone; a courier takes it out, the shop has it, and receipts say who had it when", async () => {
  const station = world.stations[0]!;
  const { parcel } = await order(world, station.id, "small", anna);
  const out = await setOut(world, { station: station.id, parcels: [parcel!] });
  const { barcode } = await reaches(world, parcel!, "shipped");
  const { compartment } = await dropOff(out, station.id, barcode, (door) => closeDoor(station.kiosk, door));
  await typeCode(station.kiosk, await codeFromInbox(world, parcel!));
  await closeDoor(station.kiosk, compartment);
  await reaches(world, parcel!, "collected");

  const shopKey = { headers: { authorization: `Bearer ${world.memory.shop!.key}` } };
  const policy = { isOpen: true, days: 14, reasons: ["wrong_size" as const], carrier: null };
  await must("policy", client<AllowingApi>(`${world.url}/api`, shopKey)["return-policy"].$put({ json: policy }));
  const customer = { headers: { cookie: await signInAsCustomer(world, anna.email) } };
  const returns = client<ReturnApi>(`${world.url}/api`, customer);
  const begun = await must(
    "start the return",
    returns.returns.$post({
      header: { "idempotency-key": parcel! },
      json: { parcel: parcel!, station: station.id, size: "small", reason: "wrong_size" },
    }),
  );
  const byReturn = async (state: string) => {
    const found = await must("the return", returns.returns[":id"].$get({ param: { id: begun.id } }));
    return found.state === state ? found : undefined;
  };
  const ready = (await eventually("a box is bound", () => byReturn("ready")))!;
  const code = await eventually("the message with the drop-off code", async () => {
    const { messages } = await must("inbox", client<NotificationApi>(`${world.url}/api`).inbox.$get({ query: {} }));
    const text = messages.find(({ template, channel }) => template === "return_code" && channel === "email")?.text ?? "";
    return /Your code: (\d{4}) (\d{4})\n/.exec(text)?.slice(1).join("");
  });
  // The station has to have heard of it; then it needs nobody.
  await eventually("the code opens a box, with the server gone", async () => {
    await untilFree(station.kiosk);
    const state = await typeCode(station.kiosk, code).catch(() => undefined);
    if (!state) return undefined;
    assert.ok(state.step.step === "open" && state.step.purpose === "return" && state.step.compartment === ready.compartment);
    return true;
  });
  await world.server.process.kill();
  await closeDoor(station.kiosk, ready.compartment!);
  await eventually("it is in", () => must("it is in", kioskOf().kiosk.answer.$post({ json: { isParcelIn: true } })));
  await world.server.start();
  await eventually("the backend has heard of it", () => byReturn("dropped_off"));
  assert.equal((await compartmentOf(ready.compartment!)).state, "return_pending");
  await untilFree(station.kiosk);
  await assert.rejects(typeCode(station.kiosk, code), /code_used/);

  const tasks = client<RetrievalApi>(`${world.url}/api`, operator());
  await eventually("it stands on the carrier's list", async () =>
    (await must("tasks", tasks.retrievals.$get({ query: { parcel: begun.id } }))).retrievals.find(({ reason }) => reason === "returned"),
  );
  const round = await setOut(world, { station: station.id, parcels: [] });
  await takeOut(world, round, begun.id, (door) => closeDoor(station.kiosk, door));
  await eventually("the carrier has it", () => byReturn("retrieved"));
  const shop = client<ReturnApi>(`${world.url}/api`, shopKey);
  await must("it has arrived", shop.returns[":id"].received.$post({ param: { id: begun.id } }));
  const custody = client<CustodyApi>(`${world.url}/api`, customer);
  const { handOvers } = await eventually("every hand-over", async () => {
    const chain = await must("custody", custody.parcels[":parcel"].custody.$get({ param: { parcel: begun.id } }));
    return chain.handOvers.length === 4 ? chain : undefined;
  });
  assert.deepEqual(
    handOvers.map(({ to, proof }) => [to.kind, proof !== null]),
    [
      ["customer", false],
      ["station", true],
      ["carrier", true],
      ["shop", false],
    ],
  );
});

// The conflict table (docs/conflicts.md), backend and station together.

test("expired while the station was away: what was put in lies there, is found by the backend, and its code opens; a reservation that lapses opens nothing", async () => {
  const station = world.stations[0]!;
  const [late, forgotten] = [await order(world, station.id, "small", anna), await order(world, station.id, "small", anna)];
  const { courier } = await setOut(world, { station: station.id, parcels: [late.parcel!, forgotten.parcel!] });
  const { rights } = await eventually("the courier's rights", async () => {
    const told = await must("rights", courier.my.route.rights.$get());
    return told.rights.length === 2 ? told : undefined;
  });
  const qrOf = (parcel: string | null) => rights.find((right) => right.parcel === parcel)!.qr;
  // The backend is away, and when it comes back the time for both deliveries is over.
  await world.server.process.kill();
  await eventually("the station is alone", async () => ((await must("state", kioskOf().kiosk.state.$get())).isOnline ? undefined : true));
  await untilFree(station.kiosk);
  await must("hold the right before the kiosk", kioskOf().kiosk.scan.$post({ json: { text: qrOf(late.parcel) } }));
  await closeDoor(station.kiosk, late.compartment);
  await eventually("the parcel is in", () => must("it is in", kioskOf().kiosk.answer.$post({ json: { isParcelIn: true } })));
  await world.sql(
    `update reservations.reservation set expires_at = now() - interval '1 minute' where parcel in ('${late.parcel}', '${forgotten.parcel}')`,
  );
  await world.server.start();

  await reaches(world, late.parcel!, "stored");
  const code = await codeFromInbox(world, late.parcel!);
  await eventually("the forgotten order has lapsed", async () =>
    (await compartmentOf(forgotten.compartment)).state === "available" ? true : undefined,
  );
  await eventually("and its right opens nothing any more", async () => {
    await untilFree(station.kiosk);
    const answer = await kioskOf().kiosk.scan.$post({ json: { text: qrOf(forgotten.parcel) } });
    assert.notEqual(answer.status, 200, "the door of a lapsed reservation opened");
    return ["code_expired", "code_revoked", "wrong_code"].includes((await problemOf(answer as never)).code) ? true : undefined;
  });
  const state = await typeCode(station.kiosk, code);
  assert.ok(state.step.step === "open" && state.step.compartment === late.compartment);
  await closeDoor(station.kiosk, late.compartment);
  await reaches(world, late.parcel!, "collected");
});

test("opened by hand, from the door to the technician: the station serves nobody, the box takes nothing; two words of staff, and all is as it was", async () => {
  const station = world.stations[0]!;
  const network = client<NetworkApi>(`${world.url}/api`, operator());
  const reservations = client<ReservationApi>(`${world.url}/api`, operator());
  const { compartment } = (await compartments()).find(({ state, size }) => state === "available" && size === "large")!;
  const door = { param: { compartment: String(compartment) }, json: { door: "open" as const } };
  await must("pry it open", kioskOf().simulator.doors[":compartment"].$post(door));
  const standing = async () => (await must("station", network.stations[":station"].$get({ param: { station: station.id } }))).suspendedFor;
  await eventually("the station is suspended", async () => ((await standing()) === "tamper" ? true : undefined));
  const serves = async () => (await must("state", kioskOf().kiosk.state.$get())).service;
  assert.deepEqual(await serves(), { reason: "tamper", deposits: false, pickups: false });
  await closeDoor(station.kiosk, compartment);
  const task = await eventually("somebody has to look", async () =>
    (await must("inspections", reservations.inspections.$get({ query: { station: station.id } }))).inspections.find(
      (each) => each.compartment === compartment,
    ),
  );
  assert.deepEqual([task.reason, task.isBlocking, task.finding], ["forced", true, null]);
  await assert.rejects(order(world, station.id, "large", anna), /hold: 409/, "nobody is sent there");

  const back = { to: "active" as const, reason: "the lock holds again", inspection: "door 4 was pried open; nothing is missing" };
  await must("technician", network.stations[":station"].moves.$post({ param: { station: station.id }, json: back }));
  await eventually("it serves again", async () => ((await serves()).pickups ? true : undefined));
  assert.notEqual((await compartmentOf(compartment)).state, "available", "the box is another matter");
  await must(
    "look",
    reservations.inspections[":id"].resolve.$post({ param: { id: task.id }, json: { finding: "empty", note: "empty, clean" } }),
  );
  await eventually("the box is in use", async () => ((await compartmentOf(compartment)).state === "available" ? true : undefined));
  const { parcel } = await order(world, station.id, "large", anna);
  const out = await setOut(world, { station: station.id, parcels: [parcel!] });
  const { barcode } = await reaches(world, parcel!, "shipped");
  assert.equal((await dropOff(out, station.id, barcode, (opened) => closeDoor(station.kiosk, opened))).state, "deposited");
});
