import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ImageContent } from "./image.ts";

/** Of the built screens what the kiosk shows: its page, and every asset that is named from there on. */
export function kioskPages(dist: string): [string, ImageContent][] {
  const page = path.join(dist, "kiosk/index.html");
  if (!existsSync(page)) throw new Error(`${page} is not there: the screens have not been built`);
  const assets = readdirSync(path.join(dist, "assets")).toSorted();
  const found = new Map<string, Buffer>();
  const waiting = [readFileSync(page)];
  for (let text = waiting.pop(); text; text = waiting.pop()) {
    for (const name of assets) {
      if (found.has(name) || !text.includes(name)) continue;
      const bytes = readFileSync(path.join(dist, "assets", name));
      found.set(name, bytes);
      if (/\.(js|css|html)$/.test(name)) waiting.push(bytes);
    }
  }
  return [
    ["pages/kiosk/index.html", { bytes: readFileSync(page) }],
    ...[...found].map(([name, bytes]): [string, ImageContent] => [`pages/assets/${name}`, { bytes }]),
  ];
}
