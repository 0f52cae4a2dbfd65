// The browser of the tests: a real Chromium that comes through npm with the libraries and fonts that a bare machine lacks.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Page } from "playwright-core";

const cache = path.resolve(import.meta.dirname, "../node_modules/.cache");
const manifest = path.resolve(import.meta.dirname, "../node_modules/@sparticuz/chromium/package.json");

/** Pages draw maps: WebGL in software, since test machines have no graphics card. Root needs `--no-sandbox`. */
const flags = [
  "--no-sandbox",
  "--no-zygote",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];
const quiet = ["--font-render-hinting=none", "--disable-features=Translate,MediaRouter", "--hide-scrollbars=false"];

interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** PIGEONHOLE_BROWSER names another Chromium or Chrome; else npm's own on 64-bit Intel Linux; else one that is installed. */
export async function findBrowser(): Promise<Program> {
  const named = process.env["PIGEONHOLE_BROWSER"];
  if (named) return { path: named, env: {} };
  if (process.platform === "linux" && process.arch === "x64") return unpacked();
  const places = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
  const installed = places.find((place) => existsSync(place));
  if (!installed) throw new Error("no Chromium found on this machine: install one, or name it with PIGEONHOLE_BROWSER");
  return { path: installed, env: {} };
}

/** Unpacks Chromium once per version, some 250 MB in 3 s, beside its place; a killed attempt leaves nothing that looks finished. */
async function unpacked(): Promise<Program> {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const home = path.join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    const half = path.join(cache, `chromium-${version}.${process.pid}`);
    mkdirSync(half, { recursive: true });
    await inflateInto(half, path.join(path.dirname(manifest), "bin"));
    writeFileSync(path.join(half, "fonts/fonts.conf"), fontsConf(path.join(home, "fonts")));
    try {
      renameSync(half, home);
    } catch (error) {
      if (!existsSync(home)) throw error; // another process was faster
      rmSync(half, { recursive: true, force: true });
    }
  }
  return {
    path: path.join(home, "chromium"),
    env: { LD_LIBRARY_PATH: path.join(home, "al2023/lib"), FONTCONFIG_PATH: path.join(home, "fonts") },
  };
}

async function inflateInto(folder: string, packed: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder; // it unpacks into the folder for temporary files, and nowhere else
  try {
    await Promise.all(
      ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"].map((file) => inflate(path.join(packed, file))),
    );
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** The unpacked fonts alone: what else a machine has would make pictures differ from one to the next. */
const fontsConf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`;

export interface PageOptions extends BrowserContextOptions {
  /** What a page may say in its console as an error, such as the 404 that a test provokes. */
  readonly allowed?: readonly RegExp[];
}

/** A page in a browser profile of its own. Disposing of it fails the test when the page had errors that are not allowed. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong on the page so far, and is not allowed. */
  troubles(): readonly string[];
}

export interface TestBrowser extends AsyncDisposable {
  readonly browser: Browser;
  open(options?: PageOptions): Promise<WatchedPage>;
}

/** Starts one Chromium; every `open` is a new visitor with empty cookies and storage, 1280 × 800 unless told. */
export async function openBrowser(): Promise<TestBrowser> {
  const program = await findBrowser();
  const env = { ...process.env, ...program.env } as Record<string, string>;
  const browser = await chromium.launch({ executablePath: program.path, args: [...flags, ...quiet], env, chromiumSandbox: false });
  return { browser, open: (options = {}) => open(browser, options), [Symbol.asyncDispose]: () => browser.close() };
}

/**
 * Holds something before a hand scanner: it types what it reads, faster than any hand, and ends with Enter. All of it at once in the page: a busy
 * machine would cut the text in two between one key and the next.
 */
export const scan = (page: Page, text: string): Promise<void> =>
  page.evaluate((keys) => {
    const target = document.activeElement ?? document.body;
    for (const key of [...keys, "Enter"]) target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, text);

/** Runs a story with several pages; when it fails and pages had errors too, says both: the test runner shows only the last. */
export async function told(story: () => Promise<void>): Promise<void> {
  try {
    await story();
  } catch (error) {
    const words: string[] = [];
    let at: unknown = error;
    for (; at instanceof SuppressedError; at = at.suppressed) words.push(String(at.error));
    if (words.length === 0) throw error;
    throw new Error([String(at instanceof Error ? at.stack : at), ...words].join("\n\nand "), { cause: error });
  }
}

async function open(browser: Browser, { allowed = [], ...options }: PageOptions): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    ignoreHTTPSErrors: true,
    ...options,
  });
  const page = await context.newPage();
  const seen: string[] = [];
  const note = (words: string): void => {
    if (!allowed.some((pattern) => pattern.test(words))) seen.push(words);
  };
  page.on("pageerror", (error) => note(`page error: ${error.stack ?? error.message}`));
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error") note(`console error: ${message.text()} (${message.location().url})`);
  });
  page.on("crash", () => note("the page crashed"));
  return {
    page,
    troubles: () => seen,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      assert.deepEqual(seen, [], "the page had errors");
    },
  };
}
