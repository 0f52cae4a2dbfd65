import type { Client } from "@pigeonhole/kit/client";
import { problemOf } from "@pigeonhole/kit/client";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { Desired, Envelope } from "@pigeonhole/protocol/messages";
import type { SigningKeys } from "@pigeonhole/protocol/signing-keys";

export type SignedOrder = { readonly envelope: Envelope } | { readonly refused: string };

/** What this module has signed for it: it holds no key that a station obeys. */
export const signatures = (access: Client<AccessApi>) => ({
  /** `refused`: the signer's code, when no right stands behind the order or too many were asked for. */
  command: async (order: {
    readonly command: string;
    readonly station: string;
    readonly epoch: number;
    readonly seq: number;
  }): Promise<SignedOrder> => {
    const answer = await access.internal.access.signatures.$post({ json: order });
    if (answer.status === 200) return { envelope: await answer.json() };
    if (answer.status === 403 || answer.status === 404 || answer.status === 429) return { refused: (await problemOf(answer)).code };
    throw new Error(`command ${order.command} could not be signed: access answered ${answer.status}`);
  },
  /** Undefined: a right in it is no longer, or never was, as the document has it. */
  desired: async (document: Desired): Promise<Envelope | undefined> => {
    const answer = await access.internal.access.signatures.desired.$post({ json: document });
    if (answer.status === 403) return undefined;
    if (answer.status !== 200)
      throw new Error(`the document of station ${document.station} could not be signed: access answered ${answer.status}`);
    return answer.json();
  },
  keys: async (): Promise<SigningKeys> => {
    const answer = await access.internal.access.keys.$get();
    if (answer.status !== 200) throw new Error(`the signing keys could not be read: access answered ${answer.status}`);
    return answer.json();
  },
});
export type Signatures = ReturnType<typeof signatures>;
