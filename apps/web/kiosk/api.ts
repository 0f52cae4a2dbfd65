import { client } from "@pigeonhole/kit/client";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";

/** The station that stands behind this screen: same origin, loopback only. */
export const station = client<KioskApi>("/api").kiosk;
export const simulator = client<KioskApi>("/api").simulator;
/** Where the station streams its states: `changesPath` of the contract below `/api`. */
export const changesUrl = "/api/kiosk/changes";
