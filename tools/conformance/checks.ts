import { generateKeyPairSync, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Heartbeat, Hello, Presence, type Command, type Envelope } from "@pigeonhole/protocol/messages";
import { must, type Backend } from "./backend.ts";

export interface Check {
  /** Of docs/protocol.md. */
  readonly section: string;
  readonly title: string;
  readonly run: (backend: Backend, close: Close) => Promise<void>;
}
/** Sees to it that a door is pushed shut: a person, a command, a simulator. */
export type Close = (compartment: number) => Promise<void>;

/** Whatever a station does at once it does within so long; after it, silence means that it did nothing. */
export const quiet = { ms: 700 };
const strangers = generateKeyPairSync("ed25519").privateKey;

/** An order that must open, and the door closed again. */
async function opens(b: Backend, close: Close, more: Partial<Command> = {}): Promise<{ command: Command; envelope: Envelope }> {
  const command = b.command(more);
  const envelope = b.sealed(command, "command");
  await b.send("command", envelope);
  const result = await b.until(() => b.results(command.id)[0], "the result of a sound command");
  must(result.outcome === "opened", `a sound command was answered ${result.outcome} (${result.reason ?? "no reason"})`);
  await b.until(() => b.opened(command.id) === 1, "the entry `compartment_opened` of that command");
  const closings = (): number => b.facts().filter(({ type }) => type === "compartment_closed").length;
  const openings = b.facts().filter(({ type }) => type === "compartment_opened").length;
  await close(command.compartment);
  await b.until(() => closings() >= openings, `door ${command.compartment} to be closed`, 60);
  return { command, envelope };
}
/** What must be refused with this reason, and open nothing. */
async function refuses(b: Backend, reason: string, command: Command): Promise<void> {
  await b.send("command", b.sealed(command, "command"));
  const result = await b.until(() => b.results(command.id)[0], `the refusal \`${reason}\``);
  must(
    result.outcome === "refused" && result.reason === reason,
    `it said ${result.outcome} (${result.reason ?? "no reason"}) instead of ${reason}`,
  );
  await pause(quiet.ms);
  must(b.opened(command.id) === 0, "it opened all the same");
}
/** What is no sound command: nothing opens, and no result is owed. */
async function ignores(b: Backend, message: unknown, id: string): Promise<void> {
  const before = b.opened();
  await b.send("command", message);
  await pause(quiet.ms);
  must(b.opened() === before, "it opened a door");
  must(
    b.results(id).every(({ outcome }) => outcome !== "opened"),
    "it says that it opened",
  );
}
const reports = (b: Backend, version: number): Promise<unknown> =>
  b.until(
    () => b.of("heartbeat").some((beat) => (beat as { desiredVersion?: number }).desiredVersion === version),
    `a heartbeat with version ${version}`,
    25,
  );

/** In their order: each leaves the station as the next one needs it. */
export const checks: readonly Check[] = [
  {
    section: "3",
    title: "a session that another one takes over ends with the last will, `online: false`",
    run: async (b) => {
      await b.until(() => b.of("hello").length > 0 || b.of("heartbeat").length > 0, "a first word (is the station running?)", 60);
      await b.cut();
      await b.until(() => b.of("presence").some((said) => (said as { online?: boolean }).online === false), "the last will on `presence`");
    },
  },
  {
    section: "3",
    title: "it comes back within 30 s and says `presence`, `hello` and a heartbeat, each in its form",
    run: async (b) => {
      const hellos = b.of("hello").length;
      await b.cut();
      const hello = await b.until(() => b.of("hello")[hellos], "hello", 30);
      const read = Hello.safeParse(hello);
      must(read.success, `hello has another form: ${read.error?.issues.map((issue) => issue.path.join(".")).join(", ")}`);
      const beat = Heartbeat.safeParse(await b.until(() => b.of("heartbeat").at(-1), "a heartbeat", 25));
      must(beat.success, `the heartbeat has another form: ${beat.error?.issues.map((issue) => issue.path.join(".")).join(", ")}`);
      must(
        b.of("presence").every((said) => Presence.safeParse(said).success),
        "`presence` has another form",
      );
    },
  },
  {
    section: "2",
    title: "it speaks with QoS 1, retains nothing, on its own topics alone",
    run: async (b) => {
      must(b.heard.length > 0, "it says nothing");
      must(
        b.heard.every(({ qos }) => qos === 1),
        "a message came with another QoS",
      );
      must(
        b.heard.every(({ retained }) => !retained),
        "a message was retained",
      );
      must(b.faults.length === 0, b.faults[0] ?? "");
    },
  },
  {
    section: "4",
    title: "a desired document is applied and its version reported",
    run: async (b) => {
      const document = b.document();
      await b.send("desired", b.sealed(document));
      await reports(b, document.version);
    },
  },
  {
    section: "4",
    title: "an older document, another station's, another epoch's, a stranger's, a command's: each is left aside",
    run: async (b) => {
      const current = b.document();
      await b.send("desired", b.sealed(current));
      await reports(b, current.version);
      const beats = b.of("heartbeat").length;
      const newer = { ...current, version: current.version + 1 };
      await b.send("desired", b.sealed({ ...current, version: current.version - 1 }));
      await b.send("desired", b.sealed({ ...newer, station: randomUUID() }));
      await b.send("desired", b.sealed({ ...newer, epoch: current.epoch + 1 }));
      await b.send("desired", b.sealed(newer, "desired", { kid: "conformance", key: strangers }));
      await b.send("desired", b.sealed(newer, "command"));
      await b.send("desired", "{");
      await pause(quiet.ms);
      const said = b.of("heartbeat").slice(beats) as { desiredVersion: number }[];
      must(
        said.every(({ desiredVersion }) => desiredVersion === current.version),
        "a document was applied that should have been left aside",
      );
      const last = b.document();
      await b.send("desired", b.sealed(last));
      await reports(b, last.version);
    },
  },
  {
    section: "6",
    title: "a sound command opens its door; its result and its entry in the log say so",
    run: async (b, close) => void (await opens(b, close)),
  },
  {
    section: "6",
    title: "the same command again, five times: the same answer, and no door",
    run: async (b, close) => {
      const { command, envelope } = await opens(b, close, { compartment: 2 });
      for (let n = 0; n < 5; n++) await b.send("command", envelope);
      await b.until(() => b.results(command.id).length >= 2, "the answer to a copy");
      await pause(quiet.ms);
      must(b.opened(command.id) === 1, "it opened again");
      must(
        b.results(command.id).every(({ outcome }) => outcome === "opened"),
        "a copy was answered otherwise",
      );
    },
  },
  { section: "6", title: "refuses `wrong_station`", run: (b) => refuses(b, "wrong_station", b.command({ station: randomUUID() })) },
  { section: "6", title: "refuses `wrong_epoch`", run: (b) => refuses(b, "wrong_epoch", b.command({ epoch: 99 })) },
  {
    section: "6",
    title: "refuses `old_sequence`: a number that was used, and one far below",
    run: async (b, close) => {
      const { command } = await opens(b, close);
      await refuses(b, "old_sequence", b.command({ seq: command.seq }));
      await refuses(b, "old_sequence", b.command({ seq: command.seq - 100 }));
    },
  },
  {
    section: "6",
    title: "refuses `expired`, three minutes after the end",
    run: (b) => refuses(b, "expired", b.command({ expiresAt: new Date(Date.now() - 180_000).toISOString() })),
  },
  { section: "6", title: "refuses `no_such_compartment`", run: (b) => refuses(b, "no_such_compartment", b.command({ compartment: 999 })) },
  {
    section: "6",
    title: "refuses `unexpected_state` when the backend believes in a parcel that is not there",
    run: (b) => refuses(b, "unexpected_state", b.command({ expected: { parcel: randomUUID() } })),
  },
  {
    section: "5",
    title: "a stranger's signature, under the right and under other key names",
    run: async (b) => {
      const command = b.command();
      for (const kid of ["conformance", "other", "__proto__", "authority"])
        await ignores(b, b.sealed(command, "command", { kid, key: strangers }), command.id);
    },
  },
  {
    section: "5",
    title: "a changed body, another kind, a signature in another spelling, no signature, broken JSON",
    run: async (b) => {
      const command = b.command();
      const sound = b.sealed(command, "command");
      const spelled = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
      const next = String.fromCharCode(spelled[(spelled.indexOf(sound.sig.charCodeAt(85)) + 1) % 64]!);
      await ignores(b, { ...sound, body: sound.body.replace('"compartment":1', '"compartment":2') }, command.id);
      await ignores(b, { ...sound, body: ` ${sound.body}` }, command.id);
      await ignores(b, b.sealed(command, "desired"), command.id);
      await ignores(b, { ...sound, sig: sound.sig.slice(0, 85) + next }, command.id);
      await ignores(b, { ...sound, sig: "" }, command.id);
      await ignores(b, command, command.id);
      await ignores(b, JSON.stringify(sound).slice(0, -9), command.id);
    },
  },
  {
    section: "4",
    title: "a suspended station opens nothing, and serves again when it is told so",
    run: async (b, close) => {
      const suspended = b.document({ service: { state: "suspended", reason: "operator" } });
      await b.send("desired", b.sealed(suspended));
      await reports(b, suspended.version);
      await refuses(b, "suspended", b.command({ purpose: "dropoff", parcel: randomUUID() }));
      const active = b.document();
      await b.send("desired", b.sealed(active));
      await reports(b, active.version);
      await opens(b, close, { compartment: 3 });
    },
  },
  {
    section: "7",
    title: "the log: numbered without gaps, chained, signed by the station's own key",
    run: async (b) => {
      must(b.events.length >= 6, "hardly anything is in the log");
      must(b.faults.length === 0, b.faults[0] ?? "");
    },
  },
  {
    section: "7",
    title: "entries are sent again until they are acknowledged, and not any more afterwards",
    run: async (b, close) => {
      b.stopAcknowledging();
      const before = b.events.length;
      const command = b.command();
      await b.send("command", b.sealed(command, "command"));
      await b.until(() => b.opened(command.id) === 1, "the entry of a command");
      const seq = b.events[before]!.seq;
      await b.until(() => b.batches.filter((batch) => batch.includes(seq)).length >= 2, "the same entries once more", 30);
      await close(command.compartment);
      await b.startAcknowledging();
      await b.until(() => b.facts().at(-1)?.type === "compartment_closed", "the rest of the log", 30);
      await pause(quiet.ms);
      const sent = b.batches.length;
      await pause(7_000);
      must(
        b.batches.slice(sent).every((batch) => !batch.includes(seq)),
        "what was acknowledged is still being sent",
      );
    },
  },
  {
    section: "7",
    title: "after a new session the log goes on where the acknowledged position ends",
    run: async (b, close) => {
      const [hellos, last] = [b.of("hello").length, b.events.at(-1)!.seq];
      await b.cut();
      const hello = await b.until(() => b.of("hello")[hellos], "hello", 30);
      must((hello as Hello).lastEventSeq >= last, "the log has become shorter");
      await b.acknowledge();
      await opens(b, close, { compartment: 2 });
      must(b.faults.length === 0, b.faults[0] ?? "");
    },
  },
  {
    section: "8",
    title: "the next signing key: trusted when a document has named it, and the former one dead when it is gone",
    run: async (b, close) => {
      const next = generateKeyPairSync("ed25519");
      const key = { kid: "next", key: next.privateKey };
      const early = b.command();
      await ignores(b, b.sealed(early, "command", key), early.id);
      const x = next.publicKey.export({ format: "jwk" }).x!;
      const both = b.document();
      await b.send("desired", b.sealed({ ...both, signingKeys: { generation: 2, keys: { ...both.signingKeys.keys, next: x } } }));
      await reports(b, both.version);
      const by = async (sealed: Envelope, command: Command): Promise<void> => {
        await b.send("command", sealed);
        const result = await b.until(() => b.results(command.id)[0], "the result of a command signed with a trusted key");
        must(result.outcome === "opened", `it was answered ${result.outcome} (${result.reason ?? "no reason"})`);
        await close(command.compartment);
        await b.until(() => b.facts().at(-1)?.type === "compartment_closed", "the door to be closed", 60);
      };
      const withNext = b.command({ compartment: 3 });
      await by(b.sealed(withNext, "command", key), withNext);
      const alone = b.document();
      await b.send("desired", b.sealed({ ...alone, signingKeys: { generation: 3, keys: { next: x } } }, "desired", key));
      await reports(b, alone.version);
      const late = b.command();
      await ignores(b, b.sealed(late, "command"), late.id);
      const older = b.document();
      await b.send("desired", b.sealed({ ...older, signingKeys: both.signingKeys }, "desired", key));
      await reports(b, older.version);
      const still = b.command();
      await ignores(b, b.sealed(still, "command"), still.id);
    },
  },
];

export interface Outcome {
  readonly section: string;
  readonly title: string;
  /** Null: passed. */
  readonly fault: string | null;
}
/** Runs them one after the other; a check that fails does not keep the others from running. */
export async function runChecks(backend: Backend, close: Close, told: (outcome: Outcome) => void = () => {}): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { section, title, run } of checks) {
    const fault = await run(backend, close).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const outcome = { section, title, fault };
    outcomes.push(outcome);
    told(outcome);
  }
  return outcomes;
}
