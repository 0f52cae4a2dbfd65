// Who may import whom. The first row that matches a file decides; `may` sees paths of the repository and names of npm packages.
import { imports, type Source, type Workspaces } from "./source.ts";

interface Row {
  readonly file: RegExp;
  readonly may: (target: string, file: string) => boolean;
  readonly because: string;
}

/** What a cabinet's own page and the cabinet's software say to each other. */
const isKioskContract = (target: string): boolean => /^packages\/station\/(kiosk|commissioning)\/contract\.ts$/.test(target);
const outside = (target: string): boolean => !/^(modules|packages|apps|bench|tools)\//.test(target) && !target.startsWith("@pigeonhole/");
const node = /^node:/;
const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const isOwn = (target: string, file: string): boolean => target.startsWith(`${roomOf(file)}/`);
const isKit = (target: string): boolean => target.startsWith("packages/kit/");
/** The files of a module that touch the world. */
const doesSomething = /\/(module|consumers|jobs|queries|tables)(\.ts$|\/)/;
const pureLibraries = ["zod", "opening_hours", "otpauth", "tz-lookup"];
/** A room of a module may have a contract of its own beside the module's. */
const isShownFile = /^modules\/[^/]+\/(?:(?!queries\/)[^/]+\/)?(contract|events|layout|lifecycle)\.ts$/;
/** What a module shows to others: its contract, its events, the layout arithmetic and the table of a life that screens and servers share. */
const isShown = (target: string): boolean => isShownFile.test(target);
/** The files of kit that run in a browser too. */
const isKitForBrowsers = (target: string): boolean => /^packages\/kit\/(client|clock|timers|ids|refused)\.ts$/.test(target);

/** The files of the protocol that run in a browser too: what phones carry, receipts of it, the words for what is wrong at a door, and what of a cabinet was accepted. */
const isProtocolForBrowsers = (target: string): boolean =>
  /^packages\/protocol\/(acceptance|base32|packed-text|receipts|reasons)\.ts$/.test(target);
const isReceipts = (target: string): boolean => target.startsWith("packages/receipts/");

export const law: readonly Row[] = [
  { file: /\.test\.tsx?$|\/testing(-[a-z-]+)?\.ts$/, may: () => true, because: "tests, and what they share, may reach anything" },
  {
    file: isShownFile,
    may: (t) => t === "zod" || t === "@hono/zod-openapi" || t === "hono" || isKit(t) || t.startsWith("packages/protocol/") || isShown(t),
    because: "a contract is plain data that browsers load: kit, protocol, zod and other contracts, nothing that does something",
  },
  {
    file: /^modules\/[^/]+\/([^/]+\/)?domain(\.ts|\/)/,
    may: (t, f) =>
      isShown(t) ||
      isReceipts(t) ||
      isKit(t) ||
      t.startsWith("packages/protocol/") ||
      (isOwn(t, f) && !doesSomething.test(t)) ||
      pureLibraries.includes(t),
    because: "a domain file decides and does nothing: no I/O, no clock, no database",
  },
  {
    file: /^modules\//,
    may: (t, f) => outside(t) || isOwn(t, f) || isKit(t) || t.startsWith("packages/protocol/") || isReceipts(t) || isShown(t),
    because: "modules meet only at contracts and events, or they could not be deployed apart",
  },
  { file: /^packages\/kit\//, may: (t) => outside(t) || isKit(t), because: "kit knows no domain word" },
  {
    file: /^packages\/protocol\//,
    may: (t, f) => isOwn(t, f) || isKit(t) || t === "zod" || node.test(t),
    because: "both ends of the wire load the protocol: it needs only kit and zod",
  },
  {
    file: /^packages\/releases\//,
    may: (t, f) => outside(t) || isOwn(t, f) || isKit(t) || t.startsWith("packages/protocol/"),
    because: "whoever builds and signs a release needs neither a backend nor a cabinet",
  },
  {
    file: /^packages\/lock-boards\//,
    may: (t, f) => outside(t) || isOwn(t, f),
    because: "a lock board driver is usable alone: of kit only types",
  },
  {
    file: /^packages\/receipts\//,
    may: (t, f) => (outside(t) && !node.test(t)) || isOwn(t, f),
    because: "receipts are verified anywhere, by browsers too, and against nothing of ours but what is in the file",
  },
  {
    file: /^packages\/client\/examples\//,
    may: (t) => outside(t) || /^@pigeonhole\/client|^packages\/client\//.test(t),
    because: "an example is what somebody else has in their own folder",
  },
  {
    file: /^packages\/client\//,
    may: (t, f) => (outside(t) && !node.test(t)) || isOwn(t, f),
    because: "the client is published: it runs wherever there is fetch, and takes nothing of this repository along",
  },
  {
    file: /^packages\/ui\//,
    may: (t, f) => (outside(t) && !node.test(t)) || isOwn(t, f) || isShown(t) || isKitForBrowsers(t),
    because: "ui is loaded by browsers and knows of modules only their contracts",
  },
  {
    file: /^packages\/station\//,
    may: (t, f) =>
      outside(t) ||
      isOwn(t, f) ||
      /^packages\/(kit|protocol|lock-boards)\//.test(t) ||
      /^modules\/(devices\/contract|network\/layout)\.ts$/.test(t),
    because: "the cabinet works without a backend: it knows the protocol, the contract of devices and how a layout is written",
  },
  {
    file: /^packages\/world\//,
    may: (t) => !t.startsWith("apps/web/") || t === "apps/web/build.ts",
    because: "the world starts screens, it does not contain them",
  },
  {
    file: /^packages\/sim\//,
    may: (t) => !t.startsWith("apps/web/") && !t.startsWith("packages/world/"),
    because: "the simulator runs the real backend and the real stations, and neither screens nor engines",
  },
  {
    file: /^packages\/chaos\/checker\//,
    may: (t, f) => isOwn(t, f),
    because: "the checker judges what was told to it and knows nothing of what told it",
  },
  {
    file: /^packages\/chaos\//,
    may: (t) => !t.startsWith("apps/web/") && (!t.startsWith("packages/sim/") || t === "packages/sim/time/draw.ts"),
    because: "chaos is the real processes and people of the world, and neither screens nor simulated time",
  },
  {
    file: /^apps\/web\/(build|[^/]+\.ts$)/,
    may: (t, f) => outside(t) || isOwn(t, f) || isShown(t) || isKitForBrowsers(t) || t.startsWith("packages/ui/"),
    because: "the build of the screens needs no server",
  },
  {
    file: /^apps\/web\//,
    may: (t, f) =>
      (outside(t) && !node.test(t)) ||
      isOwn(t, f) ||
      isShown(t) ||
      isKitForBrowsers(t) ||
      isKioskContract(t) ||
      isProtocolForBrowsers(t) ||
      isReceipts(t) ||
      t.startsWith("packages/ui/"),
    because: "screens know contracts, ui and what of kit runs in a browser",
  },
  { file: /^apps\/station\//, may: (t) => outside(t) || /^(packages|apps\/station)\//.test(t), because: "a cabinet carries no backend" },
  {
    file: /^apps\/server\//,
    may: (t) => !/^(apps\/(web\/(?!build\.ts)|station|sandbox\/(?!contract\.ts))|packages\/(world|sim|chaos))/.test(t),
    because: "the server builds modules, and knows neither screens nor the town",
  },
  {
    file: /^apps\/sandbox\/contract\.ts$/,
    may: (t) => outside(t) || isKit(t) || isShown(t),
    because: "a contract is plain data: the document of the API is made from it",
  },
  {
    file: /^apps\/sandbox\//,
    may: (t) => !/^apps\/(web|station)\//.test(t),
    because: "a sandbox is a network, a cabinet and the town's people in one process; it has no screens of its own",
  },
  { file: /^(bench|tools)\//, may: () => true, because: "tools may reach anything" },
];

/** One sentence per import that the law forbids. */
export function lawBroken(file: Source, workspaces: Workspaces): readonly string[] {
  const row = law.find((r) => r.file.test(file.path));
  if (!row) return [`${file.path} stands where the import law has no row: put it into a room, or give the law a row`];
  const typesAreFree = file.path.startsWith("packages/lock-boards/");
  return imports(file, workspaces)
    .filter(({ target, isTypeOnly }) => !row.may(target, file.path) && !(typesAreFree && isTypeOnly && isKit(target)))
    .map(({ target }) => `${file.path} imports ${target}, but ${row.because}`);
}
