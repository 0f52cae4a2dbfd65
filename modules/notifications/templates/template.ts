import type { Condition } from "@pigeonhole/access/conditions/contract";
import type { Channel } from "../domain.ts";
import type { Written, Say } from "../writing/say.ts";

// How a message is added:
// 1. its name in `templates` of contract.ts;
// 2. a file beside this one, with its words in every language and what it says; collected.ts is a short one;
// 3. its line in all.ts, and its name for readers of the log in apps/web/shell/message-words.ts: without them nothing compiles;
// 4. who causes it: a handler in consumers.ts that calls `tell`.
// all.test.ts then writes it in every language for every channel, measures its text message and looks for gaps.

/**
 * `sign_in` and `code` carry a secret that somebody waits for: before everything else, at any hour, whatever was switched off. So does an `alarm`,
 * which wakes whoever is on duty. `news` says what happened, by day. A `reminder` comes last, and can be switched off.
 */
export type Kind = "sign_in" | "code" | "alarm" | "news" | "reminder";
/** Who reads it: the parcel's recipient, to whom its page belongs; somebody who collects for them; staff. */
export type Reader = "recipient" | "proxy" | "staff";

/** Where something is, as the network knows it. */
export interface Place {
  readonly name: string;
  readonly address: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly timeZone: string;
  readonly supportPhone: string | null;
}

/** What every message has to say something with. */
export interface About {
  /** Null where the message is about no parcel. */
  readonly parcel: string | null;
  readonly name: string;
  /** As people compare it by eye; empty without a parcel. */
  readonly number: string;
  readonly place: Place;
  /** Name and address of the place in one line. */
  readonly where: string;
  /** When it happened. */
  readonly at: Date;
  /** What the fact said besides, as `tell` was given it. */
  readonly details: Readonly<Record<string, string>>;
}
/** The same with the end of the pick-up window, asked when the message leaves. */
export interface AboutWindow extends About {
  readonly expiresAt: Date;
}
/** The same with the code of the parcel. */
export interface AboutCode extends AboutWindow {
  /** In groups. */
  readonly code: string;
  readonly qr: string;
  /** What has to happen before it opens (N11). */
  readonly missing: readonly Condition[];
}
/** Somebody wants to sign in. */
export interface AboutSignIn {
  readonly code: string;
  readonly minutesLeft: number;
}
interface Abouts {
  readonly nothing: About;
  readonly window: AboutWindow;
  readonly code: AboutCode;
  /** The same of what its reader puts in: `details.return` says which. */
  readonly drop_off: AboutCode;
  readonly sign_in: AboutSignIn;
}
/** What has to be asked of neighbours before the message can be written. */
export type Asks = keyof Abouts;

export type Block =
  | { readonly p: string }
  | { readonly code: string; readonly label: string }
  | { readonly qr: string; readonly label: string }
  /** An address, or the path of a page of ours. */
  | { readonly link: string; readonly label: string };

/** What a message says: mails the whole, text messages and notifications the short form. */
export interface Composed {
  /** Without a code: every server on the way keeps subjects. */
  readonly subject: string;
  readonly blocks: readonly Block[];
  /** One sentence or two, a code first. `where` is as much of name and address as fits. */
  readonly short: (where: string) => string;
  /** Path of the page that it leads to; default: that of the parcel. */
  readonly path?: string;
}

interface Definition<A extends Asks, K extends string> {
  readonly kind: Kind;
  /** Default: the recipient. */
  readonly reader?: Reader;
  readonly asks: A;
  /** By these at once. */
  readonly atOnce: readonly Channel[];
  /** By these, in order, when one of the others has failed for good. */
  readonly standBy?: readonly Channel[];
  /** Sent once more, also by what stands by, when nobody has opened it. */
  readonly isFollowedUp?: boolean;
  /** Details as an example, for the test that writes every message. */
  readonly example?: Readonly<Record<string, string>>;
  /** `{…}` is filled in; every language has the same gaps. */
  readonly words: Readonly<Record<Written, Readonly<Record<K, string>>>>;
  readonly compose: (say: Say<K>, about: Abouts[A]) => Composed;
}

/** A template as the rest of the module sees it: its words are its own business. */
export interface Template extends Omit<Definition<Asks, string>, "compose" | "standBy" | "example" | "reader"> {
  readonly reader: Reader;
  readonly standBy: readonly Channel[];
  readonly example: Readonly<Record<string, string>>;
  readonly compose: (say: Say<string>, about: About | AboutSignIn) => Composed;
}
/** Puts a template together; that it is given what it `asks` for is checked here, where both are known. */
export const template = <const A extends Asks, const K extends string>(given: Definition<A, K>): Template =>
  ({ reader: "recipient", standBy: [], example: {}, ...given }) as unknown as Template;
