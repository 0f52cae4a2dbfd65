// A process full of light stations. It hears which, and says how many of them are connected.
import { createPrivateKey } from "node:crypto";
import { systemRandom } from "@pigeonhole/kit/random";
import { backoffMs } from "@pigeonhole/station/link/backoff";
import { lightStation, type LightStation } from "../../tools/conformance/light-station.ts";

export interface Cabinet {
  readonly station: string;
  readonly key: string;
  readonly certificate: string;
}
export type Order =
  | {
      readonly kind: "begin";
      readonly url: string;
      readonly ca: string;
      readonly signingKeys: Readonly<Record<string, string>>;
      readonly cabinets: readonly Cabinet[];
      readonly spreadMs: number;
    }
  /** Something happens at each of them. */
  | { readonly kind: "happen" }
  | { readonly kind: "count" };

const stations: LightStation[] = [];
let up = 0;
const tell = (): void => void process.send!({ up });

process.on("message", (order: Order) => {
  if (order.kind === "begin") {
    for (const { station, key, certificate } of order.cabinets) {
      const light = lightStation({
        url: order.url,
        station,
        epoch: 1,
        key: createPrivateKey(key),
        keyPem: key,
        certificate,
        ca: order.ca,
        signingKeys: order.signingKeys,
        backoffMs: (failures) => backoffMs(failures, systemRandom),
      });
      stations.push(light);
      setTimeout(() => light.start({ up: () => (up++, tell()), down: () => (up--, tell()) }), systemRandom.below(order.spreadMs));
    }
  } else if (order.kind === "happen") {
    for (const station of stations) station.happen({ type: "compartment_closed", compartment: 2 });
  } else
    process.send!({ opens: stations.reduce((sum, s) => sum + s.opens(), 0), events: stations.reduce((sum, s) => sum + s.events(), 0) });
});
process.send!("ready");
process.on("disconnect", () => process.exit(0));
