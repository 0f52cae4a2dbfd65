// What others than the one who waits for a parcel do, and who hears of it: alarms, questions, people who collect for somebody.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { ProxyChanged } from "@pigeonhole/access/events";
import { readToken } from "@pigeonhole/kit/token";
import { StationMoved } from "@pigeonhole/network/events";
import { RedirectMoved } from "@pigeonhole/parcels/events";
import { consentPurpose } from "@pigeonhole/parcels/redirects/contract";
import { CommandGiven } from "@pigeonhole/access/events";
import { Broken } from "@pigeonhole/invariants/events";
import { Moved } from "@pigeonhole/reservations/events";
import { openDatabase, start, textPart } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("A10.4: whoever is on duty hears of tampering at once, at night too, once per case, and of nothing else", async () => {
  await using w = await start(database, { began: "2026-01-10T23:30:00Z" });
  const moved = (to: "suspended" | "active", cause: "tamper" | "operator" | null) =>
    w.happen(StationMoved, {
      station: w.station,
      from: to === "active" ? "suspended" : "active",
      to,
      cause,
      reason: "told by the station",
      inspection: null,
      actor: `station:${w.station}`,
    });
  await moved("suspended", "operator");
  await moved("suspended", "tamper");
  await w.tick();
  assert.deepEqual(await w.ended(), ["station_tampered email sent"]);
  const mail = textPart(w.mail.mails[0]!);
  assert.match(w.mail.mails[0]!, /^To: .*duty@ph\.example/m);
  assert.ok(mail.includes("Kaubamaja") && mail.includes(`https://ph.example/operations/stations/${w.station}`), mail);
  assert.ok(!mail.includes("parcel for you"), "it is for staff");
  await moved("active", null);
  await w.tick();
  assert.equal(w.mail.mails.length, 1);
});

test("N6: whoever is asked whether a parcel may go elsewhere answers by the link of the message; a wish of their own is no question", async () => {
  await using w = await start(database);
  const [redirect, parcel] = [randomUUID(), randomUUID()];
  const asked = (to: "proposed" | "agreed", by: string) =>
    w.happen(RedirectMoved, {
      redirect,
      parcel,
      station: w.station,
      fromStation: randomUUID(),
      by,
      isInside: true,
      from: null,
      to,
      reason: null,
      until: to === "proposed" ? "2026-01-11T12:00:00.000Z" : null,
    });
  await asked("agreed", "customer:1");
  await w.tick();
  assert.deepEqual(await w.ended(), []);
  await asked("proposed", "shop:1");
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), ["redirect_proposed email sent", "redirect_proposed sms sent"]);
  const mail = textPart(w.mail.mails[0]!);
  const [, yes] = /Jah, saatke sinna: https:\/\/ph\.example\/consent#(\w+)/.exec(mail) ?? [];
  const [, no] = /Ei, jätke nii, nagu kavas: https:\/\/ph\.example\/consent\?no#(\w+)/.exec(mail) ?? [];
  assert.equal(readToken(w.seal, consentPurpose, yes ?? ""), redirect, mail);
  assert.equal(no, yes);
  assert.equal(readToken(w.seal, "notifications.fewer", yes!), null, "good for nothing else");
  assert.ok(mail.includes("Vana Turg") && mail.includes("14:00"), "where it was to go, and until when to answer, on the clock there");
  const { rows } = { rows: await w.db.selectFrom("notifications.message").selectAll().execute() };
  assert.ok(!JSON.stringify(rows).includes(yes!), "the link stands in no row in clear");
});

test("N7: who may collect is told with the link of their own, its owner by name; both hear when it is taken back, and no address was needed", async () => {
  await using w = await start(database);
  const [parcel, token] = [randomUUID(), `php_${"x".repeat(43)}`];
  const changed = (proxy: string, change: "named" | "revoked" | "collected", email: string | null) =>
    w.happen(ProxyChanged, {
      parcel,
      proxy,
      station: w.station,
      change,
      actor: "customer:1",
      sealed: w.seal.seal(`access.proxy_told|${proxy}`, JSON.stringify({ name: "Ben", email, language: "de", token })),
    });
  const ben = randomUUID();
  await changed(ben, "named", "ben@example.com");
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), ["proxy_invited email sent", "proxy_named email sent"]);
  const to = (address: string, about: RegExp) =>
    w.mail.mails
      .filter((mail) => new RegExp(`^To: .*${address}`, "m").test(mail))
      .map(textPart)
      .find((text) => about.test(text)) ?? "";
  assert.match(to("ben@example.com", /abholen/), new RegExp(`https://ph\\.example/collect#${token}`));
  assert.ok(!/Ann|1234/.test(to("ben@example.com", /abholen/)), "nothing of the owner, nothing of the parcel");
  assert.match(to("ann@example.com", /Ben/), /Ben tohib/);
  assert.ok(!to("ann@example.com", /Ben/).includes(token), "the owner has a code of their own");
  await changed(ben, "collected", "ben@example.com");
  await changed(randomUUID(), "revoked", null);
  await changed(ben, "revoked", "ben@example.com");
  await w.tick();
  assert.deepEqual((await w.ended()).slice(2).toSorted(), [
    "proxy_dismissed email sent",
    "proxy_revoked email sent",
    "proxy_revoked email sent",
  ]);
});

test("A5.2: a parcel that goes elsewhere is told of with the reason that is so: a station given up, or a compartment that cannot be used", async () => {
  await using w = await start(database);
  for (const why of ["station_gone", "unusable"] as const) {
    await w.happen(Moved, {
      reservation: randomUUID(),
      parcel: randomUUID(),
      deliverBy: "2026-01-14T12:00:00.000Z",
      why,
      from: { station: randomUUID(), compartment: 1 },
      to: { station: w.station, compartment: 1, size: "small", name: "Kaubamaja", address: null, lat: 59.4, lon: 24.7 },
    });
    await w.tick();
  }
  const [gone, unusable] = w.mail.mails.map(textPart);
  assert.match(gone!, /kasutuselt kõrvaldatud/);
  assert.match(unusable!, /kappi pakiautomaadis Vana Turg ei saa kasutada/);
});

test("I-75: whoever is on duty gets a mail when something that always has to hold does not; a storm of breaches is one mail an hour", async () => {
  await using w = await start(database, { began: "2026-01-10T23:30:00Z" });
  const breaks = (what: string) =>
    w.happen(Broken, { breach: randomUUID(), invariant: "I-02", says: "a compartment in which a parcel lies is not offered", what });
  for (const n of [1, 2, 3]) await breaks(`door ${n} is`);
  await w.tick();
  assert.deepEqual(await w.ended(), ["invariant_broken email sent"]);
  const mail = textPart(w.mail.mails[0]!);
  assert.match(w.mail.mails[0]!, /^To: .*duty@ph\.example/m);
  for (const words of ["I-02", "is not offered, but door 1 is", "https://ph.example/operations/tasks"])
    assert.ok(mail.includes(words), mail);
  await w.until("2026-01-11T00:40:00Z");
  await breaks("door 4 is");
  await w.tick();
  assert.equal(w.mail.mails.length, 2, "an hour later it is told again");
});

test("I-39: whoever has put something in hears that staff opened its door, as the recipient of a parcel does", async () => {
  await using w = await start(database);
  const id = randomUUID();
  const customer = { name: "Ben", email: "ben@example.com", phone: null, language: "de" };
  w.told.parcelsStatus = 404;
  w.told.return = {
    sealedCustomer: w.seal.seal(`returns.customer|${id}`, JSON.stringify(customer)),
    subject: null,
    station: w.station,
    number: "123456789012",
    kind: "return",
  };
  const said = { command: randomUUID(), action: "open", purpose: "service", actor: "operator:1", outcome: "opened", reason: null };
  await w.happen(CommandGiven, { station: w.station, compartment: 3, parcel: id, ...said });
  await w.tick();
  assert.deepEqual(await w.ended(), ["opened_by_staff email sent"]);
  const mail = textPart(w.mail.mails[0]!);
  assert.match(w.mail.mails[0]!, /^To: .*ben@example\.com/m);
  assert.ok(mail.includes("was Sie eingelegt haben (1234 5678 9012)") && mail.includes(`https://ph.example/returns/${id}`), mail);
});
