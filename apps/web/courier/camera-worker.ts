import { barcodeFormats } from "@pigeonhole/couriers/contract";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

// The reader is served from our own origin; nothing is loaded from anywhere else.
prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

/** Reads one frame; answers what it says, or null. Off the main thread, so that the picture never stops. */
addEventListener("message", async ({ data }: MessageEvent<ImageData>) => {
  const found = await readBarcodes(data, { formats: [...barcodeFormats], maxNumberOfSymbols: 1, tryHarder: true }).catch(() => []);
  postMessage(found.find(({ isValid, text }) => isValid && text !== "")?.text ?? null);
});
