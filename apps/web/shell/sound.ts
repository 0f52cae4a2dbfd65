import { systemTimers } from "@pigeonhole/kit/timers";

let sound: AudioContext | undefined;

let isAsked = false;

/** Browsers let a page sound only after somebody has touched it. Opening the device takes a while: it must not hold up a scanner's keys. */
export function allowSound(): void {
  if (sound !== undefined || isAsked) return;
  isAsked = true;
  systemTimers.after(150, () => {
    sound = new AudioContext();
    void sound.resume();
  });
}

/** One note: from `at` seconds on, dying away. */
function note(context: AudioContext, hertz: number, at: number, seconds: number, loud: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  const begin = context.currentTime + at;
  tone.type = "sine";
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(loud, begin + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(begin);
  tone.stop(begin + seconds);
}

const sounds = {
  /** A door is open: rising, clear outdoors. */
  open: [
    [659, 0, 0.5],
    [988, 0.16, 0.9],
  ],
  /** It has been understood. */
  good: [
    [784, 0, 0.12],
    [1047, 0.09, 0.25],
  ],
  /** It has been refused: two low notes. */
  bad: [
    [247, 0, 0.18],
    [196, 0.2, 0.35],
  ],
  /** A key went down. */
  key: [[880, 0, 0.05]],
} as const;
export type Sound = keyof typeof sounds;

/** Plays, when sound has been allowed; silence otherwise. */
export function play(name: Sound): void {
  const context = sound;
  if (context?.state !== "running") return;
  for (const [hertz, at, seconds] of sounds[name]) note(context, hertz, at, seconds, name === "key" ? 0.06 : 0.35);
}

/** The chime at an open door, and again every so many seconds for whoever is still looking for it, a few times. Answers how to stop it. */
export function findMyDoor(everySeconds = 6, times = 4): () => void {
  let left = times;
  const ring = () => {
    if (left-- > 0) play("open");
  };
  ring();
  return systemTimers.every(everySeconds * 1_000, ring);
}
