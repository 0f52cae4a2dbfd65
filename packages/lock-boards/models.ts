import { board8a80Model } from "./8a80/driver.ts";
import { cu16Model } from "./cu16/driver.ts";
import { cu48Model } from "./cu48/driver.ts";
import type { Model } from "./model.ts";
import { relay16Model, relay32Model, relay8Model } from "./modbus/driver.ts";
import { winnsenModel } from "./winnsen/driver.ts";
import { wklyModel } from "./wkly/driver.ts";

/** Names of the boards that can be driven, as a wiring writes them. */
export const modelNames = ["cu48", "cu16", "8a80", "winnsen", "wkly", "relay8", "relay16", "relay32"] as const;
export type ModelName = (typeof modelNames)[number];

/** Every board that can be driven. */
export const models: Readonly<Record<ModelName, Model>> = {
  cu48: cu48Model,
  cu16: cu16Model,
  "8a80": board8a80Model,
  winnsen: winnsenModel,
  wkly: wklyModel,
  relay8: relay8Model,
  relay16: relay16Model,
  relay32: relay32Model,
};
