import { randomUUID } from "node:crypto";
import { createCa } from "@pigeonhole/devices/ca";
import { readRequest } from "@pigeonhole/devices/certificates";
import { dial, makeKey, type Identity } from "@pigeonhole/devices/testing";
import { actors } from "@pigeonhole/devices/world";
import { systemNow } from "@pigeonhole/kit/clock";
import { systemRandom } from "@pigeonhole/kit/random";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import type { IClientOptions, MqttClient } from "mqtt";
import { pause, type Fleet } from "./fleet.ts";
import { some, type Plan } from "./plan.ts";

const place = "broker";
/** So long after the last forgery is listened whether anybody hears of it. Milliseconds. */
const echoMs = 400;
const gone = (client: MqttClient): Promise<void> =>
  client.connected ? new Promise((resolve) => client.once("close", () => resolve())) : Promise.resolve();

/** A stolen certificate, a copied one, a revoked one, one of somebody's own: who may connect, say and hear what (I-41, I-42, I-43, G-11). */
export async function broker({ ledger, size }: Plan, { world, mosquitto }: Fleet): Promise<void> {
  const { ca, mqttUrl } = world;
  const [thief, victim] = [await world.enrolled(), await world.online(await world.enrolled())];
  const server = await dial(world.broker.backendUrl, ca, ca.backend, { clientId: `backend-${randomUUID()}` });
  const heard: { topic: string; text: string }[] = [];
  const listen = (client: MqttClient): void =>
    void client.on("message", (at, payload) => heard.push({ topic: at, text: payload.toString().slice(0, 100) }));
  listen(server);
  listen(victim.client);
  await server.subscribeAsync("ph/1/+/+", { qos: 1 });
  const mark = (): string => JSON.stringify(`forged-${randomUUID()}`);
  const forged = new Set<string>();
  const told = (text: string): boolean => heard.some((each) => each.text.includes(text));

  // Who gets in.
  const stranger = await createCa({ hosts: ["127.0.0.1"], now: systemNow, random: systemRandom });
  const { key, csr } = await makeKey();
  const request = await readRequest(csr);
  const issued = async (by: typeof stranger, name: string, at = new Date()): Promise<Identity> => ({
    certificate: (await by.issue(request, name, at)).certificate,
    key,
  });
  const fromYesterday = new Date(Date.now() - 800 * 86_400_000);
  const strangers: readonly (readonly [string, Identity | undefined, IClientOptions & { maxVersion?: string; minVersion?: string }])[] = [
    ["no certificate", undefined, { clientId: victim.id }],
    ["another authority's certificate for a station of ours", await issued(stranger, victim.id), {}],
    ["another authority's certificate for the backend", stranger.backend, { clientId: "backend-x" }],
    ["the broker's own certificate", ca.broker, {}],
    ["a certificate that has run out", await issued(ca, victim.id, fromYesterday), {}],
    ["the victim's certificate without its key", { certificate: victim.identity.certificate, key }, {}],
    ["TLS 1.2", thief.identity, { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }],
    ["a user name and a password", undefined, { username: "backend", password: Buffer.from("backend") }],
  ];
  for (const [what, identity, options] of strangers) {
    // A key that is not the certificate's is refused by the library that would send it.
    const came = await Promise.resolve()
      .then(() => dial(mqttUrl, ca, identity, { connectTimeout: 4_000, ...options }))
      .then(
        async (client) => (await client.endAsync(true), "connected"),
        () => "no connection",
      );
    ledger.note(place, what, "no connection", came, came === "connected" ? `${what} was let in` : undefined);
  }

  // With a genuine certificate of one station: what is another's.
  const subjects = some({ size }, [...upTopics, ...downTopics], 4).flatMap((name) => [topic(victim.id, name)]);
  const others = [
    "#",
    "+/+/+/+",
    "ph/1/+/command",
    `ph/1/${victim.id}/#`,
    "$SYS/#",
    "$CONTROL/dynamic-security/v1",
    "$share/x/ph/1/+/events",
    `ph/1/${victim.id.toUpperCase()}/command`,
    `/ph/1/${thief.id}/command`,
    `ph/1/${thief.id}/command/`,
    `ph/2/${thief.id}/command`,
  ];
  const actions = ["publish", "retained", "will", "subscribe"] as const;
  const joined = async (options: IClientOptions = {}): Promise<MqttClient | undefined> => {
    for (let tries = 0; tries < 20; tries++) {
      const client = await dial(mqttUrl, ca, thief.identity, { clientId: thief.id, ...options }).catch(() => undefined);
      if (client) return client;
      // One identity may not begin sessions without end.
      await pause(300);
    }
    return undefined;
  };
  for (const action of actions)
    for (const at of [...subjects, ...some({ size }, others, 3)]) {
      if ((action === "publish" || action === "retained" || action === "will") && /[+#]/.test(at)) continue;
      const text = mark();
      if (action !== "subscribe") forged.add(text);
      const will = { topic: at, payload: Buffer.from(text), qos: 1 as const, retain: false };
      const client = await joined(action === "will" ? { will } : {});
      let came = "no connection";
      if (client) {
        const spied: string[] = [];
        client.on("message", (name) => spied.push(name));
        if (action === "will") client.stream.destroy();
        else if (action === "subscribe") {
          await client.subscribeAsync(at, { qos: 1 }).catch(() => []);
          if (!/[+#$]/.test(at)) await server.publishAsync(at, text, { qos: 1 }).catch(() => undefined);
          await victim.client.publishAsync(topic(victim.id, "heartbeat"), text, { qos: 1 }).catch(() => undefined);
          await pause(60);
        } else
          await Promise.race([client.publishAsync(at, text, { qos: 1, retain: action === "retained" }), gone(client), pause(500)]).catch(
            () => undefined,
          );
        came = action === "subscribe" && spied.length > 0 ? "overheard" : "unheard";
        await client.endAsync(true);
      }
      const isHeard = came === "overheard" || (action !== "subscribe" && (await pause(30), told(text)));
      ledger.note(
        place,
        `a stolen certificate: ${action} on what is another's`,
        "nobody hears of it",
        isHeard ? "heard" : came,
        isHeard ? `${action} ${at} was heard` : undefined,
      );
    }
  await pause(echoMs);
  // The backend's own words among them are what a thief may try to overhear.
  const late = heard.filter(({ text }) => forged.has(text));
  ledger.note(
    place,
    "what was forged, a while later",
    "nobody has heard of it",
    `${late.length} heard`,
    late.length > 0 ? `heard: ${JSON.stringify(late.slice(0, 3))}` : undefined,
  );

  // Messages that no station sends, on its own topics.
  const noise: readonly (readonly [string, string, Buffer])[] = [
    ["256 MB announced", "events", Buffer.alloc(size === "full" ? 8_000_000 : 400_000, 0x78)],
    ["no JSON", "hello", Buffer.from("\0\xff{{{", "latin1")],
    ["JSON with more behind it", "heartbeat", Buffer.from('{"now":"x"}{}')],
    ["ten thousand brackets", "events", Buffer.from("[".repeat(10_000))],
    ["half a character", "telemetry", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["CBOR without an end", "events", Buffer.from([0x9f, 0x9f, 0x9f, 0xbf, 0x5f])],
    [
      "another's answer",
      "result",
      Buffer.from(JSON.stringify({ command: randomUUID(), outcome: "opened", reason: null, at: new Date().toISOString() })),
    ],
    ["members of all objects", "presence", Buffer.from('{"__proto__":{"polluted":1},"online":true}')],
  ];
  for (const [what, name, payload] of noise) {
    const client = await joined();
    if (client) {
      await Promise.race([client.publishAsync(`ph/1/${thief.id}/${name}`, payload, { qos: 1 }), gone(client), pause(1_000)]).catch(
        () => undefined,
      );
      await client.endAsync(true);
    }
    const isPolluted = ({} as Record<string, unknown>)["polluted"] !== undefined;
    ledger.note(
      place,
      `on its own topic: ${what}`,
      "left aside; the backend goes on",
      client ? "left aside" : "no connection",
      isPolluted ? "the prototype of everything has been changed" : undefined,
    );
  }
  const before = victim.count("acknowledge");
  await victim.say("hello", victim.hello());
  const isAnswered = await victim.heard("acknowledge").then(
    () => true,
    () => false,
  );
  ledger.note(
    place,
    "another station, afterwards",
    "is answered as before",
    isAnswered ? "answered" : "not answered",
    isAnswered ? undefined : `no answer; ${before} before`,
  );

  // A copy of a cabinet: the later one has the session, and it is noticed.
  const copy = await dial(mqttUrl, ca, victim.identity, { clientId: "somebody-else" }).catch(() => undefined);
  await Promise.race([gone(victim.client), pause(4_000)]);
  const isOne = !victim.client.connected || copy?.connected !== true;
  ledger.note(
    place,
    "a copy with the same certificate",
    "one session at a time",
    isOne ? "one session" : "two sessions",
    isOne ? undefined : "both are connected",
  );
  await copy?.endAsync(true);

  // A certificate that was revoked.
  const cut = await world.online(await world.enrolled());
  await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: cut.id }, json: { reason: "stolen" } });
  await Promise.race([gone(cut.client), pause(5_000)]);
  ledger.note(
    place,
    "a live session whose certificate is revoked",
    "ends within five seconds (G-10)",
    cut.client.connected ? "goes on" : "ended",
    cut.client.connected ? "it goes on" : undefined,
  );
  mosquitto?.refresh(await (await world.as(undefined)["revocations.crl"].$get()).text());
  let isOut = false;
  for (let tries = 0; tries < 50 && !isOut; tries++) {
    const text = mark();
    const again = await dial(mqttUrl, ca, cut.identity, { clientId: cut.id }).catch(() => undefined);
    if (again) {
      await Promise.race([again.publishAsync(topic(cut.id, "heartbeat"), text, { qos: 1 }), gone(again), pause(200)]).catch(
        () => undefined,
      );
      await again.endAsync(true);
      await pause(100);
      if (told(text)) ledger.note(place, "a word from a revoked certificate", "nobody hears of it", "heard", "the backend heard of it");
    }
    isOut = again === undefined;
  }
  ledger.note(
    place,
    "a revoked certificate, once more",
    "no connection",
    isOut ? "no connection" : "connected",
    isOut ? undefined : "it is let in for five seconds and more",
  );
  await server.endAsync(true);
}
