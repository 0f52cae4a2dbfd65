import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

// The reader is served from our own origin; nothing is loaded from anywhere else.
prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

/** What the camera sends: one frame, and what to look for in it (the page knows the contract, so that this worker need not carry it). */
export interface Frame {
  readonly picture: ImageData;
  readonly formats: NonNullable<ReaderOptions["formats"]>;
}

/** Reads one frame; answers what it says, or null. Off the main thread, so that the picture never stops. */
addEventListener("message", async ({ data }: MessageEvent<Frame>) => {
  const found = await readBarcodes(data.picture, { formats: data.formats, maxNumberOfSymbols: 1, tryHarder: true }).catch(() => []);
  postMessage(found.find(({ isValid, text }) => isValid && text !== "")?.text ?? null);
});
