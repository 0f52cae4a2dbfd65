import type { KeyObject } from "node:crypto";
import { publicKeyOf, type PinnedKeys } from "@pigeonhole/protocol/envelope";
import { openKeys } from "@pigeonhole/protocol/keys";
import { SigningKeys } from "@pigeonhole/protocol/signing-keys";
import type { Identity } from "../provisioning/identity.ts";
import type { Store } from "../store/store.ts";

/** The backend's keys that this station trusts now, at most two; durable, and never those of an older set again. */
export function keyring(store: Store, { signingKeys, keyGeneration, ca }: Pick<Identity, "signingKeys" | "keyGeneration" | "ca">) {
  const kept = store.meta.get("signing_keys");
  const atEnrolment = { generation: keyGeneration, keys: signingKeys };
  const stored = kept === undefined ? atEnrolment : SigningKeys.parse(JSON.parse(kept));
  // Enrolled again with the same store: the newer word counts.
  let present = stored.generation >= keyGeneration ? stored : atEnrolment;
  const pinned: Record<string, KeyObject> = {};
  const pin = (): void => {
    for (const kid of Object.keys(pinned)) delete pinned[kid];
    for (const [kid, text] of Object.entries(present.keys)) pinned[kid] = publicKeyOf(text);
  };
  pin();

  /** What a signed document said. False when it is no news. */
  function learn({ generation, keys }: SigningKeys): boolean {
    if (generation <= present.generation) return false;
    for (const text of Object.values(keys)) publicKeyOf(text);
    const next = { generation, keys };
    store.change(() => store.meta.set("signing_keys", JSON.stringify(next)));
    present = next;
    pin();
    return true;
  }

  return {
    /** Always the present ones: the same object, whatever is learned. */
    pinned: pinned as PinnedKeys,
    generation: (): number => present.generation,
    learn,
    /** The authority's certificate, PEM, pinned at enrolment. */
    authority: ca,
    /** What the network's authority says to a station that was away while the keys changed. Throws when it is not the authority. */
    learnStatement: (message: unknown): boolean => learn(openKeys(message, ca)),
  };
}
export type StationKeyring = ReturnType<typeof keyring>;
