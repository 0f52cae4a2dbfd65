import type { Tx } from "@pigeonhole/kit/db";
import { enqueue } from "@pigeonhole/kit/jobs";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import { readRequest, type Ca } from "./certificates.ts";
import * as queries from "./queries/enrolment.ts";
import type { Tables } from "./tables.ts";

/** A token is good for so long. Milliseconds. */
export const tokenMs = 86_400_000;
/** The job that builds a station's desired document; payload `{ station }`. */
export const rebuildJob = "devices.rebuild";

/** The job that ends a revoked station's session at whatever broker; payload `{ station }`. */
export const cutJob = "devices.cut";

export const tokenHash = (seal: Seal, token: string): string => seal.hash("devices.enrolment_token", token);

/** In the transaction of what changed: the document is built again after it commits, once however often it was asked for. */
export const askForRebuild = (tx: Tx<Tables>, station: string): Promise<void> =>
  enqueue(tx, rebuildJob, { station }, { key: `${rebuildJob}:${station}` });

interface Wish {
  readonly token: string;
  readonly csr: string;
  readonly codeKey: string;
}
interface Enrolled {
  readonly station: string;
  readonly epoch: number;
  readonly certificate: string;
}

/** A cabinet becomes a station. The same request again gets the same answer, for the first may have been lost; any other use of a used token is refused. */
export async function enrol(
  tx: Tx<Tables>,
  { token, csr, codeKey }: Wish,
  { ca, seal, at }: { readonly ca: Ca; readonly seal: Seal; readonly at: Date },
): Promise<Enrolled> {
  const hash = tokenHash(seal, token);
  const locked = await queries.lockToken(tx, hash, at);
  if (!locked) throw new Refused("token_invalid", "The token is unknown, used or older than 24 hours. Ask an operator for a new one.");
  const { station, used } = locked;
  const request = await readRequest(csr).catch((error: unknown) => {
    throw new Refused("request_invalid", error instanceof Error ? error.message : "The request cannot be read.");
  });
  if (used?.publicKey === request.publicKey) return { station, epoch: used.epoch, certificate: used.certificate };
  if (used) throw new Refused("token_invalid", "The token is used. Ask an operator for a new one.");
  const epoch = await queries.beginEpoch(tx, station, at);
  const issued = await ca.issue(request, station, at);
  const sealedCodeKey = seal.seal(`code_key|${station}|${epoch}`, codeKey);
  await queries.addCertificate(tx, { station, epoch, tokenHash: hash, issued, sealedCodeKey }, at);
  await askForRebuild(tx, station);
  return { station, epoch, certificate: issued.certificate };
}
