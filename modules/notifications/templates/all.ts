import type { TemplateName } from "../contract.ts";
import { calledBack } from "./called-back.ts";
import { cancelled } from "./cancelled.ts";
import { codeReissued } from "./code-reissued.ts";
import { collected } from "./collected.ts";
import { delayed } from "./delayed.ts";
import { diverted } from "./diverted.ts";
import { hindered } from "./hindered.ts";
import { invariantBroken } from "./invariant-broken.ts";
import { missing } from "./missing.ts";
import { moreTime } from "./more-time.ts";
import { moved } from "./moved.ts";
import { notDelivered } from "./not-delivered.ts";
import { openedByStaff } from "./opened-by-staff.ts";
import { pickupReady } from "./pickup-ready.ts";
import { proxyDismissed, proxyInvited, proxyNamed, proxyRevoked } from "./proxies.ts";
import { released } from "./released.ts";
import { redirectProposed } from "./redirect-proposed.ts";
import { redirected } from "./redirected.ts";
import { expired, followUp, lastWarning, oneDayLeft, twoDaysLeft } from "./reminders.ts";
import { returnAuthorised, returnCode, returnDroppedOff, returnOver, returnReceived, returnRunningOut } from "./returns.ts";
import { signInCode } from "./sign-in-code.ts";
import { stationGone } from "./station-gone.ts";
import { stationTampered } from "./station-tampered.ts";
import type { Template } from "./template.ts";
import { windowExtended } from "./window-extended.ts";

/** Every message there is. template.ts says how one is added. */
export const templates: Readonly<Record<TemplateName, Template>> = {
  sign_in_code: signInCode,
  pickup_ready: pickupReady,
  code_reissued: codeReissued,
  released,
  collected,
  hindered,
  window_extended: windowExtended,
  moved,
  diverted,
  delayed,
  missing,
  redirected,
  more_time: moreTime,
  station_gone: stationGone,
  cancelled,
  not_delivered: notDelivered,
  called_back: calledBack,
  opened_by_staff: openedByStaff,
  redirect_proposed: redirectProposed,
  proxy_named: proxyNamed,
  proxy_revoked: proxyRevoked,
  proxy_invited: proxyInvited,
  proxy_dismissed: proxyDismissed,
  station_tampered: stationTampered,
  invariant_broken: invariantBroken,
  follow_up: followUp,
  two_days_left: twoDaysLeft,
  one_day_left: oneDayLeft,
  last_warning: lastWarning,
  expired,
  return_authorised: returnAuthorised,
  return_code: returnCode,
  return_running_out: returnRunningOut,
  return_dropped_off: returnDroppedOff,
  return_received: returnReceived,
  return_over: returnOver,
};

/** What is told only while a parcel waits: its code, and how long it still waits. */
export const whileItWaits = (Object.keys(templates) as TemplateName[]).filter((name) => ["code", "window"].includes(templates[name].asks));
