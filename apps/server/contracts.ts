import * as access from "@pigeonhole/access/contract";
import * as audit from "@pigeonhole/audit/contract";
import * as couriers from "@pigeonhole/couriers/contract";
import * as custody from "@pigeonhole/custody/contract";
import * as devices from "@pigeonhole/devices/contract";
import * as curves from "@pigeonhole/devices/telemetry/contract";
import * as looks from "@pigeonhole/devices/diagnostics/contract";
import * as firmware from "@pigeonhole/firmware/contract";
import * as identity from "@pigeonhole/identity/contract";
import * as network from "@pigeonhole/network/contract";
import * as notifications from "@pigeonhole/notifications/contract";
import * as parcels from "@pigeonhole/parcels/contract";
import * as reservations from "@pigeonhole/reservations/contract";
import type { ModuleName } from "./modules.ts";

/** What each module shows, its routes among it: known in every process, whichever modules it runs. */
export const contracts: Readonly<Record<ModuleName, object>> = {
  identity,
  network,
  reservations,
  parcels,
  access,
  devices: { ...devices, ...curves, ...looks },
  firmware,
  couriers,
  notifications,
  custody,
  audit,
};
