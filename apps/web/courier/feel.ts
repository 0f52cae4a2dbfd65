import { play } from "../shell/sound.ts";

/** Right and wrong, heard and felt: the courier looks at the parcel, not at the phone. Milliseconds of vibration and pause. */
const vibrations = { good: [80], bad: [180, 90, 180], open: [60, 60, 120] } as const;

export function feel(what: keyof typeof vibrations): void {
  play(what);
  navigator.vibrate?.([...vibrations[what]]);
}
