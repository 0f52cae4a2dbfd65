import type { KeyObject } from "node:crypto";
import type { Who } from "@pigeonhole/identity/contract";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Endpoint } from "./queries/endpoints.ts";
import type { Send } from "./sending.ts";
import { sender } from "./sending.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  /** The time at the receiver, by which it judges how old a message is; `now` where it is not given. In a sandbox `now` may be days ahead. */
  readonly wallClock?: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly random: Random;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  /** Ed25519: signs every event, beside the endpoint's own secret. */
  readonly key: KeyObject;
  /** Also to addresses that are not of the public Internet, and without TLS. */
  readonly allowsPrivate: boolean;
}

/** What the files of this module share. */
export interface Webhooks extends Needs {
  readonly send: Send;
  readonly sealSecret: (endpoint: string, secret: string) => string;
  readonly openSecret: (endpoint: string, sealed: string) => string;
  /** The secrets that sign for an endpoint now, the newest first. */
  readonly secretsOf: (endpoint: Endpoint, at: Date) => readonly string[];
}

const place = (endpoint: string): string => `webhooks.secret|${endpoint}`;

export const prepare = (needs: Needs): Webhooks => ({
  ...needs,
  send: sender(needs),
  sealSecret: (endpoint, secret) => needs.seal.seal(place(endpoint), secret),
  openSecret: (endpoint, sealed) => needs.seal.open(place(endpoint), sealed),
  secretsOf: ({ id, sealed_secret, sealed_former, former_until }, at) =>
    [sealed_secret, ...(sealed_former !== null && former_until !== null && at < former_until ? [sealed_former] : [])].map((sealed) =>
      needs.seal.open(place(id), sealed),
    ),
});
