import type { Frame } from "./camera-worker.ts";

/** What reads pictures, off the main thread; `onRead` gets what each one says, or null, in order. */
export function startReader(onRead: (text: string | null) => void) {
  const worker = new Worker(new URL("./camera-worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<string | null>) => onRead(data));
  return {
    read: (picture: ImageData, formats: Frame["formats"]): void =>
      worker.postMessage({ picture, formats } satisfies Frame, [picture.data.buffer]),
    stop: (): void => worker.terminate(),
  };
}

/** A photo is read at this width at most: a square on a kiosk's screen fills a good part of it. Pixels. */
const photoWidth = 1_600;

/** What a picture says that somebody chose; null when nothing can be read in it. For phones whose camera the browser cannot use. */
export async function readPicture(file: Blob, formats: Frame["formats"]): Promise<string | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(photoWidth, bitmap.width);
  canvas.height = Math.round((canvas.width / bitmap.width) * bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => {
    const reader = startReader((text) => {
      reader.stop();
      resolve(text);
    });
    reader.read(context.getImageData(0, 0, canvas.width, canvas.height), formats);
  });
}
