import * as access from "@pigeonhole/access/contract";
import * as staff from "@pigeonhole/access/staff/contract";
import * as dropOffs from "@pigeonhole/access/returning/contract";
import * as conditions from "@pigeonhole/access/conditions/contract";
import * as extending from "@pigeonhole/access/extending/contract";
import * as phone from "@pigeonhole/access/phone/contract";
import * as proxies from "@pigeonhole/access/proxies/contract";
import * as audit from "@pigeonhole/audit/contract";
import * as couriers from "@pigeonhole/couriers/contract";
import * as mistakes from "@pigeonhole/couriers/mistakes/contract";
import * as retrievals from "@pigeonhole/couriers/retrievals/contract";
import * as custody from "@pigeonhole/custody/contract";
import * as deadletters from "@pigeonhole/deadletters/contract";
import * as devices from "@pigeonhole/devices/contract";
import * as outages from "@pigeonhole/devices/outages/contract";
import * as curves from "@pigeonhole/devices/telemetry/contract";
import * as looks from "@pigeonhole/devices/diagnostics/contract";
import * as firmware from "@pigeonhole/firmware/contract";
import * as invariants from "@pigeonhole/invariants/contract";
import * as identity from "@pigeonhole/identity/contract";
import * as actorNames from "@pigeonhole/identity/names/contract";
import * as secondFactor from "@pigeonhole/identity/second-factor/contract";
import * as network from "@pigeonhole/network/contract";
import * as acceptance from "@pigeonhole/network/acceptance/contract";
import * as notifications from "@pigeonhole/notifications/contract";
import * as messageHealth from "@pigeonhole/notifications/health/contract";
import * as messagePreferences from "@pigeonhole/notifications/preferences/contract";
import * as parcels from "@pigeonhole/parcels/contract";
import * as cancelling from "@pigeonhole/parcels/cancelling/contract";
import * as redirects from "@pigeonhole/parcels/redirects/contract";
import * as diversion from "@pigeonhole/parcels/diversion/contract";
import * as vacation from "@pigeonhole/parcels/vacation/contract";
import * as privacy from "@pigeonhole/privacy/contract";
import * as reservations from "@pigeonhole/reservations/contract";
import * as elsewhere from "@pigeonhole/reservations/elsewhere/contract";
import * as inspections from "@pigeonhole/reservations/inspections/contract";
import * as returnCompartments from "@pigeonhole/reservations/returning/contract";
import * as returns from "@pigeonhole/returns/contract";
import * as allowing from "@pigeonhole/returns/allowing/contract";
import * as webhooks from "@pigeonhole/webhooks/contract";
import * as windows from "@pigeonhole/reservations/windows/contract";
import type { ModuleName } from "./modules.ts";

/** The contracts of each module, one per room that has its own: what it shows, its routes among it: known in every process, whichever modules it runs. */
export const contracts: Readonly<Record<ModuleName, readonly object[]>> = {
  identity: [identity, actorNames, secondFactor],
  network: [network, acceptance],
  reservations: [reservations, elsewhere, inspections, windows, returnCompartments],
  parcels: [parcels, redirects, cancelling, vacation, diversion],
  access: [access, phone, proxies, conditions, staff, extending, dropOffs],
  devices: [devices, curves, looks, outages],
  firmware: [firmware],
  couriers: [couriers, retrievals, mistakes],
  returns: [returns, allowing],
  notifications: [notifications, messagePreferences, messageHealth],
  custody: [custody],
  audit: [audit],
  deadletters: [deadletters],
  invariants: [invariants],
  webhooks: [webhooks],
  privacy: [privacy],
};
