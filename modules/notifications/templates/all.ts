import type { TemplateName } from "../contract.ts";
import { codeReissued } from "./code-reissued.ts";
import { collected } from "./collected.ts";
import { moved } from "./moved.ts";
import { pickupReady } from "./pickup-ready.ts";
import { signInCode } from "./sign-in-code.ts";
import { stationGone } from "./station-gone.ts";
import type { Template } from "./template.ts";
import { windowExtended } from "./window-extended.ts";

/** Every message there is. template.ts says how one is added. */
export const templates: Readonly<Record<TemplateName, Template>> = {
  sign_in_code: signInCode,
  pickup_ready: pickupReady,
  code_reissued: codeReissued,
  collected,
  window_extended: windowExtended,
  moved,
  station_gone: stationGone,
};
