// npm run conformance: plays the backend against any implementation of a station, over a broker, and says what it does otherwise than docs/protocol.md.
import { exec } from "node:child_process";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { playBackend } from "./backend.ts";
import { checks, runChecks } from "./checks.ts";
import { prepare, readNetwork } from "./network.ts";

const usage = `Two steps:

  npm run conformance -- --prepare FOLDER [--hosts NAME,ADDRESS] [--url mqtts://HOST:8883]
      makes a test network of one station in FOLDER: the authority's and the broker's files (as of docs/guides/mosquitto), the backend's
      certificate and signing key, and station.json: what an enrolment would have answered, and the station's own keys. Start a broker with
      those files, and your station with station.json.

  npm run conformance -- --broker mqtts://HOST:PORT --files FOLDER [--close COMMAND]
      runs ${checks.length} checks. The backend's certificate must be able to take the station's session over (mosquitto: the second listener).
      COMMAND pushes a door shut, with its number in place of {}, e.g. for our own station with simulated boards
      "curl -s -XPOST -H 'content-type: application/json' -d '{\\"door\\":\\"closed\\"}' http://127.0.0.1:8091/api/simulator/doors/{}";
      without it you are asked to. The station needs three compartments, 1 to 3, empty and closed. About two minutes.

Ends with 0 when all checks pass, 1 when not, 2 when it could not be run.`;

const { values } = parseArgs({
  options: {
    prepare: { type: "string" },
    hosts: { type: "string", default: "localhost,127.0.0.1" },
    url: { type: "string", default: "mqtts://127.0.0.1:8883" },
    broker: { type: "string" },
    files: { type: "string" },
    close: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const given = (name: string): string => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), name);
const run = promisify(exec);

try {
  if (values.prepare !== undefined) {
    const { station } = await prepare(given(values.prepare), { hosts: values.hosts.split(","), mqttUrl: values.url });
    console.log(`${given(values.prepare)} holds a test network with station ${station.station}`);
  } else if (values.help || values.broker === undefined || values.files === undefined) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const backend = await playBackend(values.broker, readNetwork(given(values.files)));
    const close = async (compartment: number): Promise<void> => {
      if (values.close === undefined) console.log(`   → please push door ${compartment} shut`);
      else await run(values.close.replaceAll("{}", String(compartment)));
    };
    const outcomes = await runChecks(backend, close, ({ section, title, fault }) =>
      console.log(`${fault === null ? "pass" : "FAIL"}  §${section.padEnd(2)} ${title}${fault === null ? "" : `\n          ${fault}`}`),
    );
    await backend.end();
    const failed = outcomes.filter(({ fault }) => fault !== null).length;
    console.log(`\n${outcomes.length - failed} passed, ${failed} failed. Sections are those of docs/protocol.md.`);
    process.exitCode = failed === 0 ? 0 : 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
