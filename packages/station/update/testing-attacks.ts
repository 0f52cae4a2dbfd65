// What the attacks of G-12 share: a station that runs release 1, a repository that an attacker may touch, and what has to be so afterwards.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemTimers } from "@pigeonhole/kit/timers";
import type { Image } from "@pigeonhole/releases/image";
import { baseUrl, model, tamperedImage, testImage, testRepository, today, type TestRepository } from "@pigeonhole/releases/testing";
import { nodeDisk, type Disk } from "./disk.ts";
import { install } from "./install.ts";
import { firmwareRepository } from "./repository.ts";
import { RefusedImage } from "./refused-image.ts";
import { choose, confirmed, slots as openSlots } from "./slots.ts";

export interface Scene {
  readonly repo: TestRepository;
  /** Release 2, genuine, not published yet. */
  readonly next: Image;
  readonly folder: string;
  /** The station asks for a release, as often as the attack needs. */
  ask(release?: number, more?: { now?: Date; disk?: Disk; model?: string; node?: number }): Promise<unknown>;
  /** Everything above is done by the genuine owner of the keys. */
  publish(image: Image): void;
}
export interface Attack {
  readonly name: string;
  /** What the refusal says; `outside`: nothing is believed and it is tried again later. */
  readonly because: RefusedImage["because"] | "outside";
  readonly run: (scene: Scene) => Promise<unknown> | unknown;
}
export const at = (day: string): Date => new Date(`${day}T12:00:00.000Z`);
// oxlint-disable-next-line no-explicit-any
export const json = (repo: TestRepository, name: string): { signed: any; signatures: any[] } => repo.readJson(name);
export const put = (repo: TestRepository, name: string, content: unknown): void =>
  writeFileSync(repo.at(`metadata/${name}`), typeof content === "string" ? content : JSON.stringify(content));
/** Asking for it brings the metadata up to date and takes nothing. */
export const unpublished = 99;
/** What is synced when, is the matter of power-cuts.test.ts; here the disk need not wait for it. */
export const disk: Disk = { ...nodeDisk, sync: () => {}, syncFolder: () => {} };
export const versions = (n: number) => ({ targets: n, snapshot: n, timestamp: n });
/** Replaces the newest targets by ones that others signed, with snapshot and timestamp that fit. */
export function forgeTargets({ repo, next, publish }: Scene, by: (repo: TestRepository) => Parameters<TestRepository["forge"]>[3]): void {
  publish(next);
  repo.forge("2.targets.json", "targets", json(repo, "2.targets.json").signed, by(repo));
  repo.reseal(versions(2), repo.of("online"));
}
export const served = (change: (bytes: Buffer) => Buffer) => async (scene: Scene) => {
  scene.publish(scene.next);
  scene.repo.lies.set(scene.repo.imagePath(scene.next), () => new Response(new Uint8Array(change(scene.next.archive))));
  return scene.ask();
};
export const signedArchive =
  (change: Parameters<typeof tamperedImage>[1]) =>
  async ({ publish, ask }: Scene) => {
    publish(await tamperedImage(2, change));
    return ask();
  };
export const endless = (): Response =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    }),
  );

/** A station that runs release 1 from slot a, confirmed. */
export async function scene() {
  const repo = testRepository();
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-slots-"));
  const slots = openSlots(disk, folder, undefined);
  const ask: Scene["ask"] = (release = 2, { now = today, disk: given = disk, model: mine = model, node = 24 } = {}) => {
    const trusted = path.join(folder, "trusted");
    const repository = firmwareRepository({ disk: given, folder: trusted, root: repo.root, now: () => now, fetch: repo.fetch });
    const computer = { model: mine, node };
    const needs = {
      slots: openSlots(given, folder, undefined),
      disk: given,
      repository,
      computer,
      fetch: repo.fetch,
      timers: systemTimers,
    };
    return install(needs, { release, attempt: 1, url: baseUrl });
  };
  const publish = (image: Image): void => void repo.repository.publish(image, repo.keys);
  publish(await testImage(1));
  const { ready } = (await ask(1)) as { ready: { slot: "a"; release: number; manifest: string; floor: number; attempt: number } };
  const trial = { ...ready, bootsLeft: 3, baseline: { unknownDoors: 0, backend: true } };
  slots.write(confirmed({ ...slots.read(), ready: null, trial }));
  return {
    repo,
    folder,
    slots,
    ask,
    publish,
    next: await testImage(2),
    [Symbol.dispose]: () => (repo[Symbol.dispose](), rmSync(folder, { recursive: true })),
  };
}

export const titleOf = ({ name, because }: Attack): string => `G-12: ${name}: ${because === "outside" ? "not believed" : "refused"}`;

/** Makes an attack, and throws unless nothing of it is taken and the image that ran before is whole and starts again. */
export async function commit({ because, run }: Attack): Promise<void> {
  using s = await scene();
  const before = path.join(s.folder, "..", `${path.basename(s.folder)}-before`);
  cpSync(path.join(s.folder, "slots", "a"), before, { recursive: true });
  const current = s.slots.read().current;
  const error = await Promise.resolve()
    .then(() => run(s))
    .then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
  assert.ok(error instanceof Error, "it was taken");
  assert.equal(error instanceof RefusedImage ? error.because : "outside", because, error.message);
  // The image that runs is untouched, nothing waits to be tried, and the next start runs it.
  const state = s.slots.read();
  assert.deepEqual([state.current, state.ready, state.trial], [current, null, null]);
  if (state.floor <= 1) assert.equal(choose(state, s.slots.inspect).run, "a");
  assert.deepEqual(readFileSync(path.join(s.folder, "slots/a/main.mjs")), readFileSync(path.join(before, "main.mjs")));
  assert.equal(s.slots.inspect("a")?.hash, current?.manifest);
  assert.deepEqual(
    ["escaped", "../escaped", "../../escaped"].filter((at) => nodeDisk.size(path.join(s.folder, "slots/b", at)) !== undefined),
    [],
  );
  rmSync(before, { recursive: true });
}
