// G-12: what somebody may try who serves the bytes, or who had the build in his hands before it was signed (I-44, I-45).
import { rmSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { model, testImage } from "@pigeonhole/releases/testing";
import { at, disk, endless, json, served, signedArchive, versions, type Attack, type Scene } from "./testing-attacks.ts";
import { slots as openSlots } from "./slots.ts";

export const attacksOnImages: readonly Attack[] = [
  {
    name: "an image for another model under our name",
    because: "wrong_model",
    run: async (s) => {
      const other = await testImage(2, { model: "station-other" });
      s.publish({ ...other, note: { ...other.note, model } });
      const { signed } = json(s.repo, "2.targets.json");
      signed.targets[`${model}/2.tar.gz`]!.custom.model = "station-other";
      s.repo.forge("2.targets.json", "targets", signed, s.repo.of("targets"));
      s.repo.reseal(versions(2), s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "an image for another model whose note says it is ours",
    because: "archive",
    run: async (s) => {
      const other = await testImage(2, { model: "station-other" });
      s.publish({ ...other, note: { ...other.note, model } });
      return s.ask();
    },
  },
  {
    name: "a release that is only published for another model",
    because: "not_in_repository",
    run: (s) => (s.publish(s.next), s.ask(2, { model: "other" })),
  },
  {
    name: "an image that needs a Node that is not here",
    because: "needs_other_node",
    run: (s) => (s.publish(s.next), s.ask(2, { node: 26 })),
  },
  { name: "a truncated image", because: "outside", run: served((bytes) => bytes.subarray(0, bytes.length - 100)) },
  { name: "an image of 0 bytes", because: "outside", run: served(() => Buffer.alloc(0)) },
  { name: "the image and one byte more", because: "hash", run: served((bytes) => Buffer.concat([bytes, Buffer.alloc(1)])) },
  {
    name: "one flipped bit",
    because: "hash",
    run: served((bytes) => {
      const changed = Buffer.from(bytes);
      changed[500]! ^= 4;
      return changed;
    }),
  },
  {
    name: "endless data instead of the image",
    because: "hash",
    run: (s) => (s.publish(s.next), s.repo.lies.set(s.repo.imagePath(s.next), endless), s.ask()),
  },
  {
    name: "endless metadata",
    because: "metadata",
    run: (s) => (s.publish(s.next), s.repo.lies.set("metadata/timestamp.json", endless), s.ask()),
  },
  {
    name: "hash right, length wrong",
    because: "hash",
    run: async (s) => {
      s.publish(s.next);
      const { signed } = json(s.repo, "2.targets.json");
      signed.targets[`${model}/2.tar.gz`]!.length -= 1;
      s.repo.forge("2.targets.json", "targets", signed, s.repo.of("targets"));
      s.repo.reseal(versions(2), s.repo.of("online"));
      return s.ask();
    },
  },
  {
    name: "a signed image of 0 bytes",
    because: "too_large",
    run: (s) => (s.publish({ ...s.next, archive: Buffer.alloc(0) }), s.ask()),
  },
  {
    name: "signed bytes that are no archive",
    because: "archive",
    run: (s) => (s.publish({ ...s.next, archive: Buffer.alloc(900, 7) }), s.ask()),
  },
  {
    name: "a signed archive that was cut off",
    because: "archive",
    run: (s) => (s.publish({ ...s.next, archive: s.next.archive.subarray(0, -60) }), s.ask()),
  },
  ...["../../../escaped", "/tmp/escaped", "pages/../../escaped", "pages\\..\\escaped", ".hidden", "a//b"].map((name) => ({
    name: `zip-slip: an entry named ${name}`,
    because: "archive" as const,
    run: signedArchive((files) => [...files, { name, bytes: Buffer.from("evil") }]),
  })),
  ...(["symlink", "link", "character-device", "fifo"] as const).map((type) => ({
    name: `a ${type} in the archive`,
    because: "archive" as const,
    run: signedArchive((files) => [...files.slice(0, -1), { name: "tool", type, linkname: "/etc/passwd" }]),
  })),
  {
    name: "a decompression bomb",
    because: "archive",
    run: async (s) => s.publish({ ...s.next, archive: gzipSync(Buffer.alloc(64_000_000)) }) ?? s.ask(),
  },
  {
    name: "a decompression bomb inside a genuine frame",
    because: "archive",
    run: signedArchive((files) => [...files, { name: "bomb", bytes: Buffer.alloc(40_000_000) }]),
  },
  { name: "a file twice", because: "archive", run: signedArchive((files) => [...files, files[1]!]) },
  {
    name: "a file that the manifest does not name",
    because: "archive",
    run: signedArchive((files) => [...files, { name: "more", bytes: Buffer.from("x") }]),
  },
  { name: "a file missing", because: "archive", run: signedArchive((files) => files.slice(0, -1)) },
  {
    name: "a file of the right length with other bytes",
    because: "archive",
    run: signedArchive((files) =>
      files.map((file) => (file.name === "main.mjs" ? { ...file, bytes: Buffer.alloc(file.bytes.length, 1) } : file)),
    ),
  },
  {
    name: "another manifest than the one that was signed",
    because: "archive",
    run: signedArchive(([manifest, ...files]) => [
      { ...manifest!, bytes: Buffer.from(manifest!.bytes.toString().replace('"floor": 1', '"floor": 0')) },
      ...files,
    ]),
  },
  { name: "the manifest not first", because: "archive", run: signedArchive(([manifest, ...files]) => [...files, manifest!]) },
  {
    name: "downgrade below the floor",
    because: "below_floor",
    run: async (s) => {
      const slots = openSlots(disk, s.folder, undefined);
      slots.write({ ...slots.read(), floor: 3 });
      s.publish(s.next);
      return s.ask();
    },
  },
  {
    name: "downgrade through a factory reset: identity and store are gone, the floor is not",
    because: "below_floor",
    run: async (s) => {
      const slots = openSlots(disk, s.folder, undefined);
      slots.write({ ...slots.read(), floor: 3 });
      // What a reset deletes lies elsewhere (STATION_DATA); of the slots' folder it may take everything but the state.
      rmSync(path.join(s.folder, "trusted"), { recursive: true, force: true });
      s.publish(s.next);
      return s.ask();
    },
  },
  {
    name: "the clock set back so that expired metadata look valid",
    because: "metadata",
    run: async (s) => {
      // The station's clock does not fall below what it has seen signed (I-66): time/station-clock.ts.
      const { stationClock } = await import("../time/station-clock.ts");
      const clock = stationClock({ now: () => at("2026-03-02"), monotonic: () => 0, floor: at("2026-06-01") });
      s.publish(s.next);
      return s.ask(2, { now: clock.now() });
    },
  },
  ...[3_000, 12_000].map((room) => ({
    name: `a full disk with room for ${room} bytes`,
    because: "disk_full" as const,
    run: (s: Scene) => {
      s.publish(s.next);
      let left = room;
      const full = (bytes: Uint8Array): void => {
        left -= bytes.length;
        if (left < 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      };
      return s.ask(2, { disk: { ...disk, append: (file, bytes) => (full(bytes), disk.append(file, bytes)) } });
    },
  })),
];
