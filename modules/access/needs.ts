import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { SigningKey } from "@pigeonhole/protocol/envelope";
import type * as domain from "./domain.ts";
import type { Keyring } from "./keyring.ts";
import type { SignerLimits } from "./signer.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly personal: Personal;
  readonly random: Random;
  /** The installation's first signing key; later ones are made by `keys rotate`. */
  readonly signingKey: SigningKey;
  readonly signerLimits?: SignerLimits;
  readonly parcels: Client<ParcelApi>;
  readonly devices: Client<DeviceApi>;
  readonly network: Client<NetworkApi>;
  /** Digits of a typed code; default 8. */
  readonly codeDigits?: number;
  /** Days to collect a parcel by service; default 3, 7 and 14 (A6.4). */
  readonly pickupWindowDays?: Readonly<Record<domain.Service, number>>;
}

/** The least that the parts of this module share. */
export type Access = Required<Omit<Needs, "signerLimits">> & { readonly keyring: Keyring };
