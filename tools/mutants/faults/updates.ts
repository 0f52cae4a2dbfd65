import type { Mutant } from "../mutant.ts";

/** What a cabinet runs: releases that are signed, whole, for it, and changed over when nobody stands there. */
export const updateFaults: readonly Mutant[] = [
  {
    name: "below-the-floor",
    breaks: "I-44 G-12",
    file: "packages/station/update/slots.ts",
    from: "image !== null && image.release >= state.floor && look",
    to: "image !== null && look",
    killers: [["packages/station/update/slots.test.ts", "nothing below the floor is started"]],
  },
  {
    name: "the-release-of-another-model",
    breaks: "I-44",
    file: "packages/station/update/install.ts",
    from: "if (note.release !== release || note.model !== computer.model)",
    to: "if (note.release !== release)",
    killers: [["packages/station/update/attacks-on-images.test.ts", "an image for another model under our name"]],
  },
  {
    name: "other-bytes-than-were-signed",
    breaks: "I-44 I-45",
    file: "packages/station/update/download.ts",
    from: 'if (bytes.length !== target.length || createHash("sha256").update(bytes).digest("hex") !== target.hashes["sha256"]) {',
    to: "if (bytes.length !== target.length) {",
    killers: [["packages/station/update/attacks-on-images.test.ts", "one flipped bit"]],
  },
  {
    name: "other-bytes-inside-the-image",
    breaks: "I-44 I-45",
    file: "packages/station/update/unpack.ts",
    from: "if (bytes?.length !== file.bytes || sha256(bytes) !== file.sha256) throw",
    to: "if (bytes?.length !== file.bytes) throw",
    killers: [["packages/station/update/attacks-on-images.test.ts", "a file of the right length with other bytes"]],
  },
  {
    name: "restart-although-somebody-came",
    breaks: "I-47 G-12",
    file: "packages/station/update/updater.ts",
    from: "const obstacle = mayRestart();\n    if (obstacle || isOver) return log.info",
    to: "const obstacle = mayRestart();\n    if (isOver) return log.info",
    killers: [["packages/station/update/updater.test.ts", "an update during an open door waits"]],
  },
  {
    name: "restart-in-the-middle-of-a-visit",
    breaks: "I-47",
    file: "packages/station/update/may-restart.ts",
    from: 'state === "reserved" || state === "collecting"',
    to: 'state === "reserved"',
    killers: [["packages/station/update/updater.test.ts", "I-47: a station is not restarted"]],
  },
];
