import { generateKeyPairSync, randomBytes, randomUUID, webcrypto } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createCa, writeBrokerFiles } from "@pigeonhole/devices/ca";
import { requestOf } from "@pigeonhole/devices/certificates";
import { systemRandom } from "@pigeonhole/kit/random";
import { publicKeyText } from "@pigeonhole/protocol/envelope";
import { z } from "zod";

/** Everything that one station of a test network and its backend need; `station.json` is what an enrolment would have given. */
const StationFile = z.object({
  station: z.uuid(),
  epoch: z.int(),
  key: z.string(),
  certificate: z.string(),
  ca: z.string(),
  codeKey: z.string(),
  mqttUrl: z.string(),
  signingKeys: z.record(z.string(), z.string()),
  keyGeneration: z.int(),
});
export type StationFile = z.output<typeof StationFile>;
export interface TestNetwork {
  readonly station: StationFile;
  readonly backend: { readonly certificate: string; readonly key: string };
  /** The backend's signing key, PEM, and its id. */
  readonly signing: { readonly kid: string; readonly key: string };
}

const kid = "conformance";

/** Makes a network of one station in `folder`: an authority, a broker's and a backend's certificate, a signing key, and the station's identity. */
export async function prepare(
  folder: string,
  { hosts, mqttUrl }: { readonly hosts: readonly string[]; readonly mqttUrl: string },
): Promise<TestNetwork> {
  void webcrypto;
  const now = () => new Date();
  const ca = await createCa({ hosts, now, random: systemRandom });
  const own = generateKeyPairSync("ed25519");
  const signing = generateKeyPairSync("ed25519");
  const station = randomUUID();
  const issued = await ca.issue(requestOf(own.publicKey), station, now());
  const pem = (key: typeof own.privateKey): string => key.export({ format: "pem", type: "pkcs8" }) as string;
  const file: StationFile = {
    station,
    epoch: 1,
    key: pem(own.privateKey),
    certificate: issued.certificate,
    ca: ca.ca.certificate,
    codeKey: randomBytes(32).toString("base64url"),
    mqttUrl,
    signingKeys: { [kid]: publicKeyText(signing.publicKey) },
    keyGeneration: 1,
  };
  mkdirSync(folder, { recursive: true });
  writeBrokerFiles(ca, folder, await ca.revocations([], now()));
  const secret = (name: string, content: string): void => writeFileSync(path.join(folder, name), content, { mode: 0o600 });
  secret("station.json", JSON.stringify(file, null, 2));
  secret("backend.pem", ca.backend.certificate);
  secret("backend.key", ca.backend.key);
  secret("signing.key", pem(signing.privateKey));
  return { station: file, backend: ca.backend, signing: { kid, key: pem(signing.privateKey) } };
}

/** Reads what `prepare` has written. Throws with a sentence when something of it is missing. */
export function readNetwork(folder: string): TestNetwork {
  const read = (name: string): string => {
    try {
      return readFileSync(path.join(folder, name), "utf8");
    } catch (cause) {
      throw new Error(
        `${path.join(folder, name)} cannot be read: make a test network with \`npm run conformance -- --prepare ${folder}\``,
        { cause },
      );
    }
  };
  return {
    station: StationFile.parse(JSON.parse(read("station.json"))),
    backend: { certificate: read("backend.pem"), key: read("backend.key") },
    signing: { kid, key: read("signing.key") },
  };
}
