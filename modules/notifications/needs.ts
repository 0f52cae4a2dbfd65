import type { AccessApi } from "@pigeonhole/access/contract";
import type { DropOffApi } from "@pigeonhole/access/returning/contract";
import type { Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Seal } from "@pigeonhole/kit/seal";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { ReturnApi } from "@pigeonhole/returns/contract";
import type { Recipient } from "@pigeonhole/reservations/contract";
import type { Channels } from "./channels/channels.ts";
import { emailSender } from "./channels/email.ts";
import { pushSender } from "./channels/push.ts";
import { smsSender } from "./channels/sms.ts";
import { tokens } from "./receipts/token.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly personal: Personal;
  readonly access: Client<AccessApi>;
  /** Access's room for the codes of what customers put in. */
  readonly dropOffs: Client<DropOffApi>;
  readonly parcels: Client<ParcelApi>;
  readonly network: Client<NetworkApi>;
  readonly returns: Client<ReturnApi>;
  readonly channels: Channels;
  /** Whoever is on duty, and hears of alarms; null: nobody. */
  readonly duty: Recipient | null;
}

export const prepare = (given: Needs) => ({
  ...given,
  boxes: sealing(given.seal, given.personal),
  tokens: tokens(given.seal),
  send: {
    email: given.channels.smtp && emailSender(given.channels.smtp),
    sms: given.channels.sms && smsSender(given.channels.sms),
    push: given.channels.push && pushSender(given.channels.push),
  },
});
/** What the parts of this module share. */
export type Notifications = ReturnType<typeof prepare>;
