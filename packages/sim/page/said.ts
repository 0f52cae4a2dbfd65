// Words and times of a run.
import type { Fault, Happening, Station } from "./read-trace.ts";

/** Since the world began: `1 d 02:13:05`. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return days > 0 ? `${days} d ${time}` : time;
}

export const faultName = ({ kind }: Pick<Fault, "kind">): string => kind.replaceAll("_", " ");

/** What really happened, in a sentence. */
export function happeningText(happening: Happening, nameOf: (station: string | undefined) => string): string {
  const door = happening.door === undefined ? "" : `door ${happening.door} of ${nameOf(happening.station)}`;
  switch (happening.kind) {
    case "fired":
      return `The lock of ${door} is fired`;
    case "door_opens":
      return `${capital(door)} opens (${happening.why})`;
    case "door_shuts":
      return `${capital(door)} shuts (${happening.why})`;
    case "goes_in":
      return `It goes in, behind ${door}`;
    case "comes_out":
      return `It comes out, and is now the ${happening.into}'s`;
    case "comes_for":
      return `Somebody comes for it: ${happening.came.trim()}`;
    case "brings":
      return `A courier at the door: ${happening.came}`;
    case "station_runs":
    case "station_crashes":
      return `${nameOf(happening.station)} ${happening.kind === "station_runs" ? "runs" : `crashes (${happening.why})`}`;
    case "line_ends":
      return `The line of ${nameOf(happening.station)} ends (${happening.why})`;
    case "backend_runs":
    case "backend_crashes":
      return happening.kind === "backend_runs" ? "The backend runs" : `The backend crashes (${happening.why})`;
    case "healed":
      return "From now on nothing goes wrong by itself";
  }
}
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export const nameOfStation =
  (stations: readonly Station[]) =>
  (id: string | undefined): string =>
    stations.find((station) => station.id === id)?.name ?? "the town";

/** What is worth reading of a fact, its ids of people and things aside. */
export function factText(type: string, payload: Readonly<Record<string, unknown>>): string {
  if (type === "parcels.moved")
    return payload["from"] ? `from ${String(payload["from"])} to ${String(payload["to"])}` : String(payload["to"]);
  const event = payload["event"] as { type?: string; compartment?: number; reason?: string } | undefined;
  if (type === "devices.reported" && event?.type !== undefined)
    return [`station: ${event.type.replaceAll("_", " ")}`, event.compartment && `door ${event.compartment}`, event.reason]
      .filter(Boolean)
      .join(", ");
  const short = Object.entries(payload).filter(([, value]) => typeof value !== "object" && String(value).length <= 24);
  return short.map(([key, value]) => `${key} ${String(value)}`).join(", ");
}
