// `npm run release -- COMMAND`: what stations run, built and signed (docs/guides/releases.md).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { systemNow } from "@pigeonhole/kit/clock";
import { told } from "@pigeonhole/kit/told";
import { architectures, bundle, serialPortNative, type Architecture } from "@pigeonhole/releases/bundle";
import { buildImage, type Image } from "@pigeonhole/releases/image";
import { kioskPages } from "@pigeonhole/releases/kiosk-pages";
import { makeKeys, readKeys, roles, type ReleaseKey } from "@pigeonhole/releases/keys";
import { openRepository, type ReleaseRepository } from "@pigeonhole/releases/repository";
import { buildWeb, dist } from "@pigeonhole/web/build";
import { isSlip } from "./slips.ts";

const root = path.resolve(import.meta.dirname, "..");
const usage = `npm run release -- keys FOLDER
    makes the keys of a repository: ${roles.root.keys} for root, ${roles.targets.keys} for targets (${roles.targets.threshold} sign), one online key;
    with PIGEONHOLE_KEY_PASSPHRASE set, all but the online key are encrypted
npm run release -- publish --version 1.4.0 --keys FOLDER --repository FOLDER
    builds an image, signs it and publishes it; with one of the two keys only, it waits for \`sign\`
      --arch amd64|arm64   for which computers (default: this one's)
      --model NAME         which stations it fits (default: station-ARCH)
      --notes TEXT         for operators
      --floor N            releases below N are refused once this one is confirmed (default: the one before this)
      --node FILE          brings its own Node instead of using the installed one
      --entrance FILE      another program to bundle (default: apps/station/main.ts)
npm run release -- sign --keys FOLDER --repository FOLDER
    adds signatures to the release that waits
npm run release -- refresh --keys FOLDER --repository FOLDER
    renews what expires soon; the server does so by itself with FIRMWARE_ONLINE_KEY
npm run release -- rotate-root --keys NEW_FOLDER --former OLD_FOLDER --repository FOLDER
    other keys from now on: NEW_FOLDER has all of them (\`keys\` makes new ones; copy over those that stay), --former at least two of the
    former root keys; stations follow by themselves
npm run release -- list --repository FOLDER`;

const options = {
  version: { type: "string" },
  keys: { type: "string", multiple: true },
  former: { type: "string", multiple: true },
  repository: { type: "string" },
  arch: { type: "string" },
  model: { type: "string" },
  notes: { type: "string" },
  floor: { type: "string" },
  node: { type: "string" },
  entrance: { type: "string" },
  help: { type: "boolean" },
} as const;
type Options = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

/** npm changes to the checkout; people name files from where they stand. */
const given = (name: string): string => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), name);
const passphrase = process.env["PIGEONHOLE_KEY_PASSPHRASE"];
const needed = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new Error(`--${name} is missing\n\n${usage}`);
  return value;
};
const keysOf = ({ keys = [] }: Options): readonly ReleaseKey[] => {
  if (keys.length === 0) throw new Error(`--keys is missing\n\n${usage}`);
  return readKeys(keys.map(given), passphrase);
};

async function buildOf(wish: Options, repository: ReleaseRepository): Promise<Image> {
  const arch = wish.arch ?? (process.arch === "arm64" ? "arm64" : "amd64");
  if (!Object.hasOwn(architectures, arch)) throw new Error(`--arch knows ${Object.keys(architectures).join(" and ")}, not ${arch}`);
  const model = wish.model ?? `station-${arch}`;
  const before = repository.releases().find((known) => known.model === model)?.release ?? 0;
  const main = "main.mjs";
  const contents = await bundle(given(wish.entrance ?? path.join(root, "apps/station/main.ts")), main, root);
  for (const [name, content] of [serialPortNative(arch as Architecture), ...kioskPages(dist)]) contents.set(name, content);
  if (wish.node !== undefined) contents.set("node", { bytes: readFileSync(given(wish.node)), executable: true });
  return buildImage(
    {
      model,
      release: before + 1,
      version: needed(wish.version, "version"),
      floor: wish.floor === undefined ? before : Number(wish.floor),
      node: Number(process.versions.node.split(".")[0]),
      main,
      notes: wish.notes ?? "",
      builtAt: systemNow().toISOString(),
    },
    contents,
  );
}

const afterwards = ({ missing }: { readonly missing: number }): string =>
  missing === 0
    ? "published: stations get it with a rollout (operations, Software)"
    : `waits for ${missing} more signature${missing > 1 ? "s" : ""}: npm run release -- sign, by whoever holds another key`;

const commands: Readonly<Record<string, (wish: Options, words: readonly string[]) => Promise<void> | void>> = {
  keys: (_, [folder]) => {
    const files = makeKeys(given(needed(folder, "FOLDER")), passphrase);
    console.log(files.join("\n"));
    console.log(
      `\nOnly online.key belongs onto the server. The others open every door of the network to whoever holds two of a kind: keep them apart from each other, off any server${passphrase === undefined ? ", and consider a passphrase (PIGEONHOLE_KEY_PASSPHRASE)" : ""}.`,
    );
  },
  publish: async (wish) => {
    const keys = keysOf(wish);
    const repository = openRepository(given(needed(wish.repository, "repository")), systemNow);
    needed(wish.version, "version");
    if (!repository.exists()) repository.writeRoot(keys);
    await buildWeb();
    const image = await buildOf(wish, repository);
    const { model, release, version, floor } = image.note;
    const answer = repository.publish(image, keys);
    console.log(`${model} release ${release} (${version}), floor ${floor}: ${image.archive.length} bytes, ${afterwards(answer)}`);
  },
  sign: (wish) => console.log(afterwards(openRepository(given(needed(wish.repository, "repository")), systemNow).sign(keysOf(wish)))),
  refresh: (wish) => {
    const renewed = openRepository(given(needed(wish.repository, "repository")), systemNow).refresh(keysOf(wish), true);
    console.log(renewed ? "renewed" : "nothing has been published yet");
  },
  "rotate-root": (wish) => {
    const { former = [] } = wish;
    if (former.length === 0) throw new Error(`--former is missing\n\n${usage}`);
    const repository = openRepository(given(needed(wish.repository, "repository")), systemNow);
    if (!repository.exists()) throw new Error("there is no repository yet: the first `publish` makes one, with the keys that it is given");
    const { version } = repository.rotateRoot(keysOf(wish), readKeys(former.map(given), passphrase));
    console.log(`root ${version} is in force, ${repository.releases().length} releases signed anew`);
    console.log("Give the server the new online.key (FIRMWARE_ONLINE_KEY), and destroy the keys that no longer count.");
  },
  list: (wish) => {
    const folder = given(needed(wish.repository, "repository"));
    if (!existsSync(folder)) throw new Error(`${folder} is not there`);
    for (const { model, release, version, floor, bytes, builtAt, notes } of openRepository(folder, systemNow).releases())
      console.log(`${model}  ${release}  ${version}  floor ${floor}  ${bytes} bytes  ${builtAt}  ${notes}`);
  },
};

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name = "", ...words] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.log(usage);
    process.exitCode = name === "" || name === "help" ? 0 : 1;
  } else if (values.help) console.log(usage);
  else await command(values, words);
} catch (error) {
  console.error(isSlip(error) ? `${error.message}\n\n${usage}` : told(error, "the disk"));
  process.exitCode = 1;
}
