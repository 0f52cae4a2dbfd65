// Shops, couriers, customers and staff of the lifecycle, through the routes and screens that everybody has.
import type { ExtensionApi } from "@pigeonhole/access/extending/contract";
import type { ProxyApi } from "@pigeonhole/access/proxies/contract";
import type { StaffApi } from "@pigeonhole/access/staff/contract";
import type { CourierApi, Scan } from "@pigeonhole/couriers/contract";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { client, type Client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { CancellationApi } from "@pigeonhole/parcels/cancelling/contract";
import type { Parcel, ParcelApi } from "@pigeonhole/parcels/contract";
import type { RedirectApi } from "@pigeonhole/parcels/redirects/contract";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { eventually, must } from "@pigeonhole/world/ask";
import { signIn } from "@pigeonhole/world/found";
import { closeDoor, typeCode, untilFree } from "@pigeonhole/world/journey";
import { people } from "@pigeonhole/world/town";
import type { Cabinet, Town } from "./town.ts";

const once = () => ({ "idempotency-key": systemNewId() });
const patience = { forMs: 60_000, everyMs: 100 };

/** A courier on a route. */
export interface Courier {
  readonly id: string;
  readonly username: string;
  cookie: string;
  route: string;
}
/** A customer who is signed in. */
export interface Customer {
  readonly email: string;
  readonly cookie: string;
}

export function actingIn(town: Town) {
  const { url, memory, letters } = town;
  const api = `${url}/api`;
  const shop = { headers: { authorization: `Bearer ${memory.shop!.key}` } };
  const carrier = { headers: { authorization: `Bearer ${memory.carrier!.key}` } };
  const as = ({ cookie }: { readonly cookie: string }) => ({ headers: { cookie } });
  const cabinetOf = (station: string): Cabinet => town.cabinets.find(({ id }) => id === station)!;
  const parcelOf = (id: string): Promise<Parcel> =>
    must("parcel", client<ParcelApi>(api, town.asOperator()).parcels[":id"].$get({ param: { id } }));
  const reaches = (id: string, isSo: (parcel: Parcel) => boolean, what: string): Promise<Parcel> =>
    eventually(
      `parcel ${id} ${what}`,
      async () => {
        const parcel = await parcelOf(id);
        return isSo(parcel) ? parcel : undefined;
      },
      patience,
    );

  async function hire(): Promise<Courier> {
    const username = `life-${systemNewId().slice(-10)}`;
    const json = { username, name: "Lifecycle Courier", password: people.courier.password };
    const { id } = await must("hire", client<IdentityApi>(api, carrier).couriers.$post({ json }));
    return { id, username, cookie: "", route: "" };
  }
  /** A route for this courier, begun; without parcels it is a round for what is to be taken out. */
  async function setOut(
    courier: Courier,
    stops: readonly { readonly station: string; readonly parcels: readonly string[] }[],
  ): Promise<void> {
    courier.cookie = await signIn(url, {
      kind: "courier",
      carrier: people.carrier.slug,
      username: courier.username,
      password: people.courier.password,
    });
    const key = once();
    const day = town.now().toISOString().slice(0, 10);
    const json = {
      name: "Round",
      day,
      courier: courier.id,
      stops: stops.map(({ station, parcels }) => ({ station, parcels: [...parcels] })),
    };
    const { id } = await eventually(
      "a route",
      () => must("route", client<CourierApi>(api, carrier).routes.$post({ header: key, json })),
      patience,
    );
    courier.route = id;
    // What was called back while they were at the door is on the round before: they take it along, and it is done.
    const begin = async () => {
      const answer = await app(courier).routes[":id"].start.$post({ param: { id } });
      if (answer.status === 409) for (const { station } of stops) await takeOutAll(courier, cabinetOf(station));
      return must("start", Promise.resolve(answer));
    };
    await eventually("the route begins", begin, patience);
  }
  const app = (courier: Courier): Client<CourierApi> => client<CourierApi>(api, as(courier));
  const tasksOf = (courier: Courier) => client<RetrievalApi>(api, as(courier)).retrievals[":id"];

  /** Scans until a door stands open. */
  async function openFor(courier: Courier, parcel: string): Promise<Scan> {
    return eventually(
      `the door for ${parcel}`,
      async () => {
        const { barcode, station } = await parcelOf(parcel);
        const scan = await must(
          "scan",
          app(courier).routes[":id"].scans.$post({ param: { id: courier.route }, header: once(), json: { station, barcode } }),
        );
        if (scan.outcome === "refused") throw new Error(`refused: ${scan.reason}`);
        if (scan.outcome === "opened") return scan;
        return eventually("the door", async () => {
          const seen = await must("scan", app(courier).scans[":id"].$get({ param: { id: scan.id } }));
          return seen.outcome === "opened" ? seen : undefined;
        });
      },
      patience,
    );
  }
  const shut = async (courier: Courier, scan: Scan): Promise<void> => {
    await closeDoor(cabinetOf(scan.station).kiosk, scan.compartment);
    await eventually(
      "the door is known to be shut",
      async () => {
        const seen = await must("scan", app(courier).scans[":id"].$get({ param: { id: scan.id } }));
        return seen.doorClosed ? true : undefined;
      },
      patience,
    );
  };
  const isIn = (courier: Courier, scan: Scan) =>
    eventually("it is in", () => must("deposited", app(courier).scans[":id"].deposited.$post({ param: { id: scan.id } })), patience);
  /** Says what is wrong, and waits until it is known what comes next. */
  const wrong = async (courier: Courier, scan: Scan, reason: DepositReason): Promise<Scan["next"]> => {
    await eventually(
      "a word about what is wrong",
      () => must("abandon", app(courier).scans[":id"].abandon.$post({ param: { id: scan.id }, json: { reason } })),
      patience,
    );
    return eventually(
      "what comes next",
      async () => {
        const { next } = await must("scan", app(courier).scans[":id"].$get({ param: { id: scan.id } }));
        return next?.kind === "wait" || next?.kind === "shut_the_door" ? undefined : { next };
      },
      patience,
    ).then(({ next }) => next);
  };

  /** Takes out what is on this courier's route at a station, door by door. */
  async function takeOutAll(courier: Courier, cabinet: Cabinet): Promise<number> {
    const listed = async () =>
      (await must("my route", app(courier).my.route.$get())).stops.flatMap((stop) => (stop.station === cabinet.id ? stop.retrievals : []));
    const tasks = (await listed()).filter(({ state }) => state === "assigned");
    for (const task of tasks) {
      await town.mayOpen(cabinet);
      await cabinet.inTurn(() =>
        town.during(async () => {
          await eventually(
            `the door of ${task.parcel}`,
            async () => {
              const seen = (await listed()).find(({ id }) => id === task.id);
              if (seen?.attempt?.outcome === "opened") return true;
              const tried = await must("open", tasksOf(courier).open.$post({ param: { id: task.id }, header: once() }));
              if (tried.attempt?.outcome === "refused") throw new Error(`refused: ${tried.attempt.reason}`);
              return undefined;
            },
            patience,
          );
          await closeDoor(cabinet.kiosk, task.compartment);
          await eventually("it is out", () => must("taken out", tasksOf(courier)["taken-out"].$post({ param: { id: task.id } })), patience);
        }),
      );
    }
    return tasks.length;
  }

  return {
    parcelOf,
    reaches,
    cabinetOf,
    hire,
    setOut,
    openFor,
    shut,
    isIn,
    wrong,
    takeOutAll,
    /** The shop's checkout. */
    async order(station: string, number: number, email: string, phone: string | null) {
      const claims = client<ReservationApi>(api, shop);
      const size = number % 5 === 0 ? ("medium" as const) : ("small" as const);
      const held = await must(
        "hold",
        claims.stations[":station"].holds.$post({ param: { station }, header: once(), json: { orderId: `L-${number}`, size } }),
      );
      const recipient = { name: `Customer ${number}`, email, phone, language: "en" as const };
      const { parcel } = await must(
        "confirm",
        claims.reservations[":id"].confirm.$post({ param: { id: held.id }, header: once(), json: { recipient } }),
      );
      await reaches(parcel!, () => true, "is known");
      return parcel!;
    },
    cancel: (parcel: string) =>
      eventually("a cancellation", () =>
        must(
          "cancel",
          client<CancellationApi>(api, shop).parcels[":id"].cancel.$post({
            param: { id: parcel },
            json: { reason: "the customer called" },
          }),
        ),
      ),
    /** Types the code at the kiosk, takes the parcel, shuts the door. */
    collect: (cabinet: Cabinet, code: string, compartment: number): Promise<void> =>
      cabinet.inTurn(() =>
        town.during(async () => {
          await town.isUpToDate(cabinet);
          await untilFree(cabinet.kiosk);
          await eventually("the code opens", () => typeCode(cabinet.kiosk, code), { forMs: 30_000, everyMs: 10_000 });
          await closeDoor(cabinet.kiosk, compartment);
          await untilFree(cabinet.kiosk);
        }),
      ),
    /** Signs a customer in by the code from the mail, each from an address of their own. */
    async customer(email: string, n: number): Promise<Customer> {
      const headers = { "x-forwarded-for": `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` };
      const identity = client<IdentityApi>(api, { headers });
      const before = letters.countOf(email);
      await must("ask for a code", identity["sign-in-codes"].$post({ json: { email } }));
      const answer = await identity.sessions.$post({ json: { kind: "customer", email, code: await letters.signInCode(email, before) } });
      if (answer.status !== 201) throw new Error(`sign in as ${email}: ${answer.status}`);
      return { email, cookie: answer.headers.get("set-cookie")!.split(";")[0]! };
    },
    extend: (by: Customer, parcel: string) =>
      must("extend", client<ExtensionApi>(api, as(by)).parcels[":parcel"].extension.$post({ param: { parcel }, header: once() })),
    redirect: (by: Customer, parcel: string, station: string) =>
      must(
        "redirect",
        client<RedirectApi>(api, as(by)).parcels[":id"].redirects.$post({ param: { id: parcel }, json: { station, note: null } }),
      ),
    /** Somebody else gets the link, and reads their own code there. */
    async proxyCode(by: Customer, parcel: string): Promise<string> {
      const named = await must(
        "proxy",
        client<ProxyApi>(api, as(by)).parcels[":parcel"].proxies.$post({ param: { parcel }, json: { name: "A neighbour" } }),
      );
      return eventually(
        "the neighbour's code",
        async () => {
          const handed = await must("link", client<ProxyApi>(api).collect.$post({ json: { token: named.token! } }));
          return handed.code ?? undefined;
        },
        patience,
      );
    },
    /** Two members of staff open a door, and shut it again. */
    async openByStaff({ station, compartment, id }: Parcel): Promise<void> {
      const cabinet = cabinetOf(station);
      const staff = (cookie: string) => client<StaffApi>(api, { headers: { cookie } });
      await town.mayOpen(cabinet);
      await cabinet.inTurn(() =>
        town.during(async () => {
          await untilFree(cabinet.kiosk);
          const param = { station, compartment: String(compartment) };
          const asked = await must(
            "ask to open",
            staff(town.cookies.first).stations[":station"].compartments[":compartment"].openings.$post({
              param,
              json: { parcel: id, reason: "a label is to be read" },
            }),
          );
          const opened = await must(
            "approve",
            staff(town.cookies.second).openings[":opening"].approval.$post({ param: { opening: asked.id } }),
          );
          if (opened.outcome !== "opened" && opened.outcome !== "unknown")
            throw new Error(`staff: ${opened.outcome} ${opened.outcomeReason}`);
          await closeDoor(cabinet.kiosk, compartment);
          await untilFree(cabinet.kiosk);
        }),
      );
    },
    /** Somebody has looked into every box that is shut: what was said to be in it is not. */
    async inspect(): Promise<number> {
      const staff = client<ReservationApi>(api, town.asOperator());
      const { inspections } = await must("inspections", staff.inspections.$get({ query: {} }));
      for (const { id, parcel, reason } of inspections) {
        const isThere = parcel !== null && reason === "against_plan";
        const json = { finding: isThere ? ("as_recorded" as const) : ("empty" as const), note: "looked into it" };
        const answer = await staff.inspections[":id"].resolve.$post({ param: { id }, json });
        if (answer.status !== 200 && answer.status !== 409) throw new Error(`inspection ${id}: ${answer.status}`);
      }
      return inspections.length;
    },
  };
}
export type Acting = ReturnType<typeof actingIn>;
