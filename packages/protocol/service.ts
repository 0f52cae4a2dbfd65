import { z } from "zod";

/**
 * Whether a station serves, as the backend wants it. `preparation`: it is being put up and tried out; `operator`: somebody took it out of
 * service; `tamper`: somebody broke into it, or tried; `closed`: it has been given up.
 */
export const Service = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("active"), reason: z.null() }),
  z.strictObject({ state: z.literal("suspended"), reason: z.enum(["preparation", "operator", "tamper", "closed"]) }),
]);
export type Service = z.output<typeof Service>;
export type SuspensionReason = Extract<Service, { state: "suspended" }>["reason"];

/** What a station may do. */
export interface Permits {
  /** New parcels in: walk-ups, couriers' codes. */
  readonly deposits: boolean;
  /** Parcels out, to whoever has the right. */
  readonly pickups: boolean;
  /** Doors opened by remote command: for anybody, for staff alone, or not at all. What has been opened may be answered for in any case. */
  readonly remoteOpens: "all" | "service" | "none";
}
/** Nothing is held back. */
export const openToAll: Permits = { deposits: true, pickups: true, remoteOpens: "all" };
const suspended: Readonly<Record<SuspensionReason, Permits>> = {
  preparation: { deposits: false, pickups: true, remoteOpens: "service" },
  // Whoever inspects it opens its doors: two persons agree to each (modules/access/staff).
  operator: { deposits: false, pickups: true, remoteOpens: "service" },
  tamper: { deposits: false, pickups: false, remoteOpens: "service" },
  closed: { deposits: false, pickups: false, remoteOpens: "none" },
};
/** The one table that stations obey and screens explain. */
export const permitsOf = (service: Service): Permits => (service.state === "active" ? openToAll : suspended[service.reason]);

const remote = ["all", "service", "none"] as const satisfies readonly Permits["remoteOpens"][];
/** What is left when several say what may be done. */
export const narrowest = (...permits: readonly Permits[]): Permits => ({
  deposits: permits.every((p) => p.deposits),
  pickups: permits.every((p) => p.pickups),
  remoteOpens: remote[Math.max(0, ...permits.map((p) => remote.indexOf(p.remoteOpens)))]!,
});
