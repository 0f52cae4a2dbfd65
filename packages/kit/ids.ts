import { v7 } from "uuid";

/** Makes a UUID version 7 (RFC 9562): sorts by creation time, so that indexes grow at one end. */
export type NewId = () => string;

export const systemNewId: NewId = () => v7();
