import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Connected, Enrolled, Reported } from "@pigeonhole/devices/events";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { publish } from "@pigeonhole/kit/outbox";
import type { z } from "zod";
import { sealOf } from "./seal.ts";
import { startTestServer } from "./testing.ts";

export type Headers = Readonly<Record<string, string>>;
/** An answer; `body` is empty when it is not JSON. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}
/** A number of their own for everybody. */
const phoneOf = (name: string): string =>
  `+3725${createHash("sha256").update(name).digest().readUInt32BE(0).toString().slice(-7).padStart(7, "1")}`;

/** A whole server with one active station, and sides: a shop, a carrier, a customer and a courier who have to do with each other. */
export async function startSides(more: Readonly<Record<string, string>> = {}) {
  const server = await startTestServer(more);
  const db = connect<never>(server.config.DATABASE_URL, { connections: 2 });
  async function ask(method: string, at: string, headers: Headers = {}, body?: unknown): Promise<Told> {
    const answer = await fetch(`${server.url}/api${at}`, {
      method,
      headers: { "idempotency-key": randomUUID(), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      // A 500 tells nobody what it is about; whoever reads a failed test wants to know.
      text: answer.status === 500 ? `${text} ${server.errors.at(-1) ?? ""}` : text,
      body: answer.headers.get("content-type")?.includes("json") ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }
  /** Asks until the answer is of this status: what one module decides, the others hear a moment later. */
  async function until(status: number, ...asked: Parameters<typeof ask>): Promise<Told> {
    for (let tries = 0; ; tries++) {
      const told = await ask(...asked);
      if (told.status === status) return told;
      if (tries === 150) assert.fail(`${asked[0]} ${asked[1]}: ${told.status} ${told.text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const happened = <Type extends string, Shape extends z.ZodRawShape>(
    kind: Fact<Type, Shape>,
    payload: z.input<z.ZodObject<Shape>>,
  ): Promise<void> => db.transaction().execute((tx) => publish(tx as never, new Date(), kind, payload));
  const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
  const operator: Headers = { cookie: server.operatorCookie };

  const station = String(
    (
      await until(201, "POST", "/stations", operator, {
        name: "Central",
        lat: 59.4,
        lon: 24.7,
        status: "active",
        waiver: "no cabinet here",
      })
    ).body["id"],
  );
  await happened(Enrolled, {
    station,
    epoch: 1,
    sealedCodeKey: sealOf(server.config).seal(`code_key|${station}|1`, randomBytes(32).toString("base64url")),
  });
  await happened(Connected, { station });
  let seq = 0;

  /** A shop, a carrier with a courier, a customer, and a parcel of theirs that lies in the station; further reservations that are only held. */
  async function side(name: string) {
    const [shop, carrier, customer] = await Promise.all([
      server.tenantOf("shop", `shop-${name}`),
      server.tenantOf("carrier", `post-${name}`),
      server.customerOf(`${name}@example.org`),
    ]);
    const courier = await server.courierOf(`post-${name}`, carrier.secret, `driver-${name}`);
    const colleague = await server.courierOf(`post-${name}`, carrier.secret, `colleague-${name}`);
    const as = {
      shop: bearer(shop.secret),
      carrier: bearer(carrier.secret),
      courier: { cookie: courier.cookie },
      customer: { cookie: customer },
    };
    const hold = async (by: Headers) =>
      String((await until(201, "POST", `/stations/${station}/holds`, by, { orderId: `ORDER-${name}`, size: "small" })).body["id"]);
    const [reservation, held, heldByCarrier] = [await hold(as.shop), await hold(as.customer), await hold(as.carrier)];
    const barcode = `LABEL-${name}-1`;
    const recipient = { name: `Recipient ${name}`, email: `${name}@example.org`, phone: phoneOf(name) };
    const confirmed = await until(200, "POST", `/reservations/${reservation}/confirm`, as.shop, {
      recipient,
      barcode,
      carrier: `post-${name}`,
    });
    const parcel = String(confirmed.body["parcel"]);
    const route = await until(201, "POST", "/routes", as.carrier, {
      name: `Round ${name}`,
      day: new Date().toISOString().slice(0, 10),
      courier: courier.id,
      stops: [{ station, parcels: [barcode] }],
    });
    const routeId = String(route.body["id"]);
    await until(200, "POST", `/routes/${routeId}/start`, as.courier);
    // No cabinet answers here: the scan is kept, its door is not opened.
    await until(503, "POST", `/routes/${routeId}/scans`, as.courier, { station, barcode });
    const { stops } = (await ask("GET", `/routes/${routeId}`, as.courier)).body as {
      stops: { drops: { scan: string; compartment: number; number: string }[] }[];
    };
    const { scan, compartment, number } = stops[0]!.drops[0]!;
    await happened(Reported, {
      station,
      epoch: 1,
      seq: ++seq,
      at: new Date().toISOString(),
      parcel,
      event: { type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: `courier:${courier.id}` },
    });
    // What the shop allows to be sent back, and what its customer is about to put in.
    await until(200, "PUT", "/return-policy", as.shop, { isOpen: true, days: 14, reasons: ["wrong_size"], carrier: `post-${name}` });
    const order = { orderId: `BACK-${name}`, recipient };
    const authorisation = String((await until(201, "POST", "/return-authorisations", as.shop, order)).body["id"]);
    const back = { authorisation, station, size: "small", reason: "wrong_size" };
    const returned = String((await until(201, "POST", "/returns", as.customer, back)).body["id"]);
    const dropOff = await until(200, "GET", `/returns/${returned}/code`, as.customer);
    const pickup = await until(200, "GET", `/parcels/${parcel}/pickup`, as.customer);
    /** The station reports that the parcel was taken out. */
    const collect = (): Promise<void> =>
      happened(Reported, {
        station,
        epoch: 1,
        seq: ++seq,
        at: new Date().toISOString(),
        parcel,
        event: { type: "parcel_collected", compartment, parcel, deposit: null, grant: null },
      });
    return {
      as,
      collect,
      number,
      person: recipient,
      shop,
      carrier,
      colleague,
      courier,
      reservation,
      held,
      heldByCarrier,
      authorisation,
      returned,
      dropOff: { code: String(dropOff.body["code"]), qr: String(dropOff.body["qr"]) },
      pickup: { code: String(pickup.body["code"]), qr: String(pickup.body["qr"]) },
      parcel,
      route: routeId,
      scan,
      barcode,
      secrets: [
        `${name}@example.org`,
        recipient.name,
        recipient.phone,
        `ORDER-${name}`,
        barcode,
        number,
        parcel,
        reservation,
        held,
        heldByCarrier,
        routeId,
        scan,
        courier.id,
        shop.id,
        carrier.id,
        String(pickup.body["code"]),
        String(pickup.body["qr"]),
        `BACK-${name}`,
        authorisation,
        returned,
        String(dropOff.body["code"]),
        String(dropOff.body["qr"]),
      ],
    };
  }
  return {
    server,
    db,
    happened,
    station,
    operator,
    ask,
    until,
    side,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
export type Side = Awaited<ReturnType<Awaited<ReturnType<typeof startSides>>["side"]>>;
