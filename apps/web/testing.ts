import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFileSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Session } from "@pigeonhole/identity/contract";
import type { Station } from "@pigeonhole/network/contract";
import type { Parcel } from "@pigeonhole/parcels/contract";
import type { Candidate, Reservation } from "@pigeonhole/reservations/contract";
import { messageRoutes } from "./testing-messages.ts";
import { buildWeb, dist } from "./build.ts";
import { type Asked, ownersRoutes, type Route } from "./testing-owners.ts";

const day = 86_400_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

const inner = { small: [350, 180, 300], medium: [350, 300, 480], large: [450, 350, 600] } as const;
const door = (number: number, size: keyof typeof inner) => ({
  number,
  size,
  widthMm: inner[size][0],
  heightMm: inner[size][1],
  depthMm: inner[size][2],
});
const station = (number: number, name: string, lat: number, lon: number): Station => ({
  id: `0198f000-0000-7000-8000-00000000000${number}`,
  name,
  lat,
  lon,
  status: "active",
  suspendedFor: null,
  carrier: null,
  address: `${name} 1`,
  country: "EE",
  timeZone: "Europe/Tallinn",
  openingHours: null,
  stepFree: true,
  supportPhone: null,
  layout: {
    floorMm: 200,
    columns: [
      { doors: [door(1, "small"), door(2, "medium"), door(3, "medium")] },
      { doors: [door(4, "large"), door(5, "small"), door(6, "small")] },
    ],
  },
  walkUp: [],
  maintenance: [],
});

/** Two stations of a town: the second one has just become full. */
export const stations = [station(1, "Old Town", 59.4372, 24.7454), station(2, "Harbour", 59.4436, 24.7556)] as const;
/** A parcel that waits in door 2 of the first station. */
export const storedParcel = "0198f000-0000-7000-8000-0000000000a1";
/** The sign-in code that is right, and the two pick-up codes in their order. */
export const codes = { signIn: "123456", pickup: ["40718265", "73019458"], standing: "4821" } as const;

/** Once per process: what is tested stays the same until its end. */
let built: Promise<boolean> | undefined;

/** What the screens' tests talk to: a server with the contracts' shapes and no modules behind it. `asked` lists what changed something. */
export async function screenServer({ asks = [] as readonly Asked[] } = {}) {
  await (built ??= buildWeb());
  let session: Session | undefined;
  let generation = 0;
  const asked: string[] = [];
  const held = new Map<string, Reservation>();
  const parcel = (id: string, more: Partial<Parcel>): Parcel => ({
    id,
    number: "482019374655",
    state: "reserved",
    reservation: null,
    station: stations[0].id,
    compartment: 2,
    size: "medium",
    orderId: "o",
    barcode: "482019374655",
    carrier: null,
    createdAt: at(-2 * day),
    deliverBy: at(3 * day),
    depositedAt: null,
    collectedAt: null,
    expiresAt: null,
    isStopped: false,
    recalledFor: null,
    isPerishable: false,
    pauses: [],
    extensions: [],
    moreTime: null,
    timeline: [{ at: at(-2 * day), state: "reserved", actor: "customer:1", proof: null }],
    ...more,
  });
  const parcels = new Map<string, Parcel>([
    [
      storedParcel,
      parcel(storedParcel, {
        state: "stored",
        expiresAt: at(2.5 * day),
        depositedAt: at(-60_000),
        timeline: [
          { at: at(-2 * day), state: "reserved", actor: "customer:1", proof: null },
          { at: at(-60_000), state: "stored", actor: "courier:1", proof: { station: stations[0].id, epoch: 1, seq: 412 } },
        ],
      }),
    ],
  ]);
  const candidates = (): Candidate[] =>
    stations.map(({ id, name, address, lat, lon, timeZone, openingHours, stepFree }, i) => ({
      station: id,
      name,
      address,
      lat,
      lon,
      distanceMetres: 300 + 800 * i,
      timeZone,
      openNow: true,
      openingHours,
      stepFree,
      freeCompartments: 3,
      size: "medium",
    }));

  const routes: readonly Route[] = [
    ["GET", /^\/sessions\/current$/, false, () => (session ? [200, session] : [204, undefined])],
    [
      "DELETE",
      /^\/sessions\/current$/,
      true,
      () => {
        session = undefined;
        return [204, undefined];
      },
    ],
    ["POST", /^\/sign-in-codes$/, false, () => [202, { expiresAt: at(600_000) }]],
    [
      "POST",
      /^\/sessions$/,
      false,
      (_id, body) => {
        if (body.code !== codes.signIn) return [422, "code_wrong"];
        session = {
          kind: "customer",
          id: "0198f000-0000-7000-8000-0000000000c1",
          name: String(body.email),
          role: null,
          tenant: null,
          lacksSecondFactor: false,
          expiresAt: at(day),
        };
        return [201, session];
      },
    ],
    [
      "GET",
      /^\/search$/,
      false,
      () => [200, { candidates: candidates(), passedOver: [], radiusMetres: 5_000, widened: false, asOf: at(0) }],
    ],
    [
      "GET",
      /^\/stations$/,
      false,
      () => [200, { stations: stations.map(({ id, name, lat, lon, status }) => ({ id, name, lat, lon, status })), truncated: false }],
    ],
    [
      "GET",
      /^\/stations\/([^/]+)$/,
      false,
      (id) => {
        const one = stations.find((each) => each.id === id);
        return one ? [200, one] : [404, "not_found"];
      },
    ],
    [
      "POST",
      /^\/stations\/([^/]+)\/holds$/,
      true,
      (id) => {
        if (id === stations[1].id) return [409, "station_full"];
        const reservation: Reservation = {
          id: crypto.randomUUID(),
          station: id,
          compartment: 2,
          size: "medium",
          state: "held",
          endReason: null,
          expiresAt: at(15 * 60_000),
          orderId: "o",
          parcel: null,
        };
        held.set(reservation.id, reservation);
        return [201, reservation];
      },
    ],
    ["GET", /^\/reservations\/([^/]+)$/, true, (id) => (held.has(id) ? [200, held.get(id)] : [404, "not_found"])],
    [
      "POST",
      /^\/reservations\/([^/]+)\/cancel$/,
      true,
      (id) => [200, Object.assign(held.get(id)!, { state: "ended", endReason: "cancelled" })],
    ],
    [
      "POST",
      /^\/reservations\/([^/]+)\/confirm$/,
      true,
      (id) => {
        const born = crypto.randomUUID();
        parcels.set(born, parcel(born, { station: held.get(id)!.station }));
        return [200, Object.assign(held.get(id)!, { state: "confirmed", parcel: born })];
      },
    ],
    ["GET", /^\/parcels$/, true, () => [200, { parcels: [...parcels.values()], next: null }]],
    ["GET", /^\/parcels\/([^/]+)$/, true, (id) => (parcels.has(id) ? [200, parcels.get(id)] : [404, "not_found"])],
    [
      "GET",
      /^\/parcels\/([^/]+)\/pickup$/,
      true,
      (id) => [
        200,
        {
          parcel: id,
          station: stations[0].id,
          compartment: 2,
          code: codes.pickup[Math.min(1, generation)],
          carried: null,
          qr: `PH1.${"Qk9YMTI".repeat(14)}`,
          generation,
          expiresAt: at(2.5 * day),
        },
      ],
    ],
    ...messageRoutes(at),
    ["GET", /^\/push-key$/, false, () => [200, { key: "BKeyOfTheServer" }]],
    ["POST", /^\/push-subscriptions$/, true, () => [204, undefined]],
    ...ownersRoutes({ parcels, candidates, from: stations[0].id, standing: codes.standing, asks }),
    ["POST", /^\/parcels\/([^/]+)\/pickup\/reissue$/, true, () => [202, { generation: ++generation }]],
  ];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, "http://screens");
    const send = (status: number, body: unknown) => {
      const isRefusal = typeof body === "string";
      response.writeHead(status, { "content-type": isRefusal ? "application/problem+json" : "application/json" });
      response.end(
        status === 204
          ? undefined
          : JSON.stringify(
              isRefusal
                ? {
                    type: `/problems/${body}`,
                    title: body,
                    status,
                    code: body,
                    alternatives: status === 409 ? candidates().slice(0, 1) : undefined,
                  }
                : body,
            ),
      );
    };
    if (pathname === "/config.json") return send(200, { home: { name: "Tallinn", lat: 59.437, lon: 24.7536 } });
    if (pathname === "/changes") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("event: open\ndata: \n\n");
      return;
    }
    if (pathname.startsWith("/api/")) {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const local = pathname.slice("/api".length);
      const route = routes.find(([method, pattern]) => method === request.method && pattern.test(local));
      if (!route) return send(404, "no_such_route");
      if (request.method !== "GET") asked.push(`${request.method} ${local.replace(/[0-9a-f-]{36}/, "…")}`);
      if (route[2] && !session) return send(401, "not_signed_in");
      return send(
        ...route[3](
          route[1].exec(local)![1] ?? "",
          chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {},
        ),
      );
    }
    const wanted = path.join(dist, path.normalize(pathname));
    const file = statSync(wanted, { throwIfNoEntry: false })?.isFile() ? wanted : path.join(dist, "index.html");
    response.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    signIn: () => {
      session = {
        kind: "customer",
        id: "0198f000-0000-7000-8000-0000000000c1",
        name: "ada@example.com",
        role: null,
        tenant: null,
        lacksSecondFactor: false,
        expiresAt: at(day),
      };
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
