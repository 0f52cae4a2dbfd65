import { apiCredentials } from "./api/credentials.ts";
import { apiGuessing } from "./api/guessing.ts";
import { apiInput } from "./api/input.ts";
import { apiTenants } from "./api/tenants.ts";
import { startTown } from "./api/town.ts";
import { apiWire } from "./api/wire.ts";
import { broker } from "./broker.ts";
import { diagnosticsLine } from "./diagnostics.ts";
import { importFiles } from "./files.ts";
import { startFleet } from "./fleet.ts";
import { places, type Place } from "./ledger.ts";
import { stationLog } from "./log.ts";
import type { Plan } from "./plan.ts";
import { releases } from "./releases.ts";
import { stationCommissioning } from "./station/commissioning.ts";
import { stationDocuments } from "./station/documents.ts";
import { stationKeypad } from "./station/keypad.ts";
import { stationKioskApi } from "./station/kiosk-api.ts";
import { stationOrders } from "./station/orders.ts";
import { stationScanner } from "./station/scanner.ts";
import { webhooks } from "./webhooks.ts";

const onAnApi: Readonly<Partial<Record<Place, typeof apiInput>>> = {
  "api: input": apiInput,
  "api: other tenants' ids": apiTenants,
  "api: credentials and headers": apiCredentials,
  "api: bytes": apiWire,
  "api: guessing": apiGuessing,
};
const onAFleet: Readonly<Partial<Record<Place, typeof broker>>> = {
  broker,
  "station: log": stationLog,
  "diagnostics line": diagnosticsLine,
};
const alone: Readonly<Partial<Record<Place, (plan: Plan) => Promise<void>>>> = {
  "station: orders": stationOrders,
  "station: documents": stationDocuments,
  "station: scanner": stationScanner,
  "station: keypad": stationKeypad,
  "station: kiosk's api": stationKioskApi,
  "station: commissioning": stationCommissioning,
  webhooks,
  "import files": importFiles,
  releases,
};

/** Tries everything at these places; each world is made once, when something is tried in it. `say`: what is begun. */
export async function attack(plan: Plan, wanted: readonly Place[] = places, say: (line: string) => void = () => {}): Promise<void> {
  const here = <T>(all: Readonly<Partial<Record<Place, T>>>): [Place, T][] =>
    wanted.flatMap((place) => (all[place] ? [[place, all[place]] as [Place, T]] : []));
  const began = performance.now();
  const begin = (place: Place): void => say(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${place}`);
  for (const [place, work] of here(alone)) {
    begin(place);
    await work(plan);
  }
  if (here(onAFleet).length > 0) {
    await using fleet = await startFleet(wanted.includes("broker"));
    for (const [place, work] of here(onAFleet)) {
      begin(place);
      await work(plan, fleet);
    }
  }
  if (here(onAnApi).length > 0) {
    await using town = await startTown();
    for (const [place, work] of here(onAnApi)) {
      begin(place);
      await work(plan, town);
    }
  }
}
