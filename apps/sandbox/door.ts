// What happens at the door of a sandbox, by the same ways as people take them: the courier's app, the kiosk.
import { client, problemOf } from "@pigeonhole/kit/client";
import { Refused } from "@pigeonhole/kit/refused";
import type { Parcel, ParcelApi } from "@pigeonhole/parcels/contract";
import type { KioskApi, KioskState } from "@pigeonhole/station/kiosk/contract";
import { eventually, must } from "@pigeonhole/world/ask";
import { closeDoor, dropOff, setOut, takeOut, untilFree } from "@pigeonhole/world/journey";
import type { Awake } from "./network.ts";

type Door = Pick<Awake, "url" | "kept" | "station" | "clock" | "cabinet">;

const day = ({ clock }: Door): string => clock.now().toISOString().slice(0, 10);
const town = (of: Door) => ({ url: of.url, memory: of.kept.memory, day: day(of) });

/** The parcel as its carrier sees it: every parcel of a sandbox is brought by the one carrier there is. */
async function parcelOf({ url, kept }: Door, id: string): Promise<Parcel> {
  const carrier = client<ParcelApi>(`${url}/api`, { headers: { authorization: `Bearer ${kept.memory.carrier!.key}` } });
  const answer = await carrier.parcels[":id"].$get({ param: { id } });
  if (answer.status === 200) return answer.json();
  const { code, title, detail } = await problemOf(answer);
  if (code === "not_found")
    throw new Refused("not_found", "There is no such parcel in this sandbox. It may have been ordered a moment ago.");
  throw new Error(`parcel ${id}: ${code} ${detail ?? title}`);
}

const happened = async (of: Door, id: string, isThere: (parcel: Parcel) => boolean) => {
  const { state, compartment } = await eventually("the cabinet's word has come", async () => {
    const parcel = await parcelOf(of, id);
    return isThere(parcel) ? parcel : undefined;
  });
  return { parcel: id, state, compartment, now: of.clock.now().toISOString() };
};

/** Without network the courier's app cannot ask for a door. */
function needNetwork({ cabinet }: Door): void {
  if (cabinet.line.isCut())
    throw new Refused(
      "not_possible",
      "The cabinet's network is cut, and the courier's app cannot open a door. Mend it first; codes work all the same.",
    );
}

/** The courier puts it in. */
export async function deposit(of: Door, id: string) {
  needNetwork(of);
  // Its order reaches the module of parcels as a fact, a moment afterwards.
  const parcel = await eventually("the parcel is known", () => parcelOf(of, id), { forMs: 3_000 }).catch(() => parcelOf(of, id));
  if (parcel.state !== "reserved" && parcel.state !== "shipped")
    throw new Refused("not_possible", `The parcel is ${parcel.state}: a courier brings what is reserved or shipped.`, {
      state: parcel.state,
    });
  const round = await setOut(town(of), { station: of.station, parcels: [id] });
  await dropOff(round, of.station, parcel.barcode, (compartment) => closeDoor(of.cabinet.kiosk, compartment));
  return happened(of, id, ({ state }) => state === "stored");
}

/** Somebody types a code, takes out what is inside, and shuts the door. */
export async function collect(of: Door, code: string) {
  await untilFree(of.cabinet.kiosk);
  const kiosk = client<KioskApi>(`${of.cabinet.kiosk}api`);
  const answer = await kiosk.kiosk.pickup.$post({ json: { code } });
  if (answer.status !== 200) {
    const problem = await problemOf(answer as { status: number; json(): Promise<unknown> });
    throw new Refused("not_possible", problem.title, { kiosk: problem.code });
  }
  const { step } = (await answer.json()) as KioskState;
  if (!("compartment" in step)) throw new Refused("not_possible", "The kiosk has opened no door.", { kiosk: step.step });
  await closeDoor(of.cabinet.kiosk, step.compartment);
  await untilFree(of.cabinet.kiosk);
  return { compartment: step.compartment, now: of.clock.now().toISOString() };
}

/** The courier takes out what has expired or was called back. */
export async function retrieve(of: Door, id: string) {
  needNetwork(of);
  const parcel = await parcelOf(of, id);
  if (parcel.state !== "expired" && parcel.recalledFor === null)
    throw new Refused("not_possible", `The parcel is ${parcel.state}: a courier takes out what has expired or was called back.`, {
      state: parcel.state,
    });
  const round = await setOut(town(of), { station: of.station, parcels: [] });
  await takeOut(of, round, id, (compartment) => closeDoor(of.cabinet.kiosk, compartment));
  return happened(of, id, ({ state }) => state === "returned");
}

/** How every door stands, as the cabinet itself says. */
export async function doors({ cabinet }: Door) {
  const kiosk = client<KioskApi>(`${cabinet.kiosk}api`);
  const [{ cabinet: placed }, state] = await Promise.all([
    must("ask the kiosk", kiosk.kiosk.$get()),
    must("ask the kiosk", kiosk.kiosk.state.$get()),
  ]);
  return state.doors.map(({ compartment, door }) => ({
    compartment,
    size: placed.find(({ number }) => number === compartment)?.size ?? ("small" as const),
    door,
  }));
}
