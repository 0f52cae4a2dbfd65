import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

/** Pixels per module of the code: about 6 cm on a phone with its quiet zone. */
const scale = 6;
/** White around the code, in modules (ISO/IEC 18004 asks for four). */
const quietZone = 4;
const signature = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** A QR code as a PNG of one bit per pixel (PNG specification, 11.2): the one form that every mail program shows. */
export function qrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: "M", border: quietZone });
  const pixels = size * scale;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels, 0);
  header.writeUInt32BE(pixels, 4);
  header[8] = 1; // bit depth; colour type 0 is grey
  const rows = data.flatMap((row) => {
    const line = Buffer.alloc(1 + Math.ceil(pixels / 8)); // filter type 0, then pixels; 1 is white
    for (let x = 0; x < pixels; x++) if (!row[Math.floor(x / scale)]) line[1 + (x >> 3)]! |= 0x80 >> (x & 7);
    return Array.from({ length: scale }, () => line);
  });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0))]);
}
