type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes of base64 or base64url in its one canonical form; undefined for any other text. */
export function fromBase64(text: string, kind: "base64" | "base64url"): Bytes | undefined {
  const plain = kind === "base64url" ? text.replaceAll("-", "+").replaceAll("_", "/") : text;
  if ((kind === "base64url" && /[+/=]/.test(text)) || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined;
  try {
    const letters = atob(plain);
    const back = kind === "base64url" ? btoa(letters).replaceAll("=", "") : btoa(letters);
    return back === plain ? Uint8Array.from(letters, (letter) => letter.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

// Without a secure context (a page over plain HTTP) there is no SubtleCrypto, and older browsers have one without Ed25519.
const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;

/** The browser's or Node's own implementation first; where it lacks the algorithm, noble's. */
async function either(native: () => Promise<boolean>, other: () => Promise<boolean>): Promise<boolean> {
  if (!subtle) return other();
  try {
    return await native();
  } catch (error) {
    // A key that is none is refused by both; "not supported" is the reason to ask the other.
    if (error instanceof DOMException && error.name === "NotSupportedError") return other();
    return false;
  }
}

/** `isNative: false` uses noble alone, for comparison. */
export function verifier({ isNative = true }: { readonly isNative?: boolean } = {}) {
  const choose = isNative ? either : (_: unknown, other: () => Promise<boolean>) => other();
  const safely = async (work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch {
      return false;
    }
  };
  return {
    ed25519: (key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> =>
      choose(
        async () => {
          const imported = await subtle!.importKey("raw", key, "Ed25519", false, ["verify"]);
          return subtle!.verify("Ed25519", imported, signature, message);
        },
        () =>
          safely(async () => {
            const { ed25519 } = await import("@noble/curves/ed25519.js");
            return ed25519.verify(signature, message, key, { zip215: false });
          }),
      ),
    /** ECDSA on P-256 with SHA-256; `key`: the uncompressed point, `signature`: r and s, 32 bytes each. */
    p256: (key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> =>
      choose(
        async () => {
          const imported = await subtle!.importKey("raw", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
          return subtle!.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, message);
        },
        () =>
          safely(async () => {
            const { p256 } = await import("@noble/curves/nist.js");
            return p256.verify(signature, message, key, { lowS: false });
          }),
      ),
    sha256: async (message: Bytes): Promise<string> => {
      if (subtle && isNative) return hex(new Uint8Array(await subtle.digest("SHA-256", message)));
      const { sha256 } = await import("@noble/hashes/sha2.js");
      return hex(sha256(message));
    },
  };
}
export type Verifier = ReturnType<typeof verifier>;
