import type { Language } from "@pigeonhole/ui/say";

/** Only voices of this machine: what stands on the screen goes nowhere else. */
const voiceFor = (language: Language): SpeechSynthesisVoice | undefined =>
  globalThis.speechSynthesis?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));

export const canReadAloud = (language: Language): boolean => voiceFor(language) !== undefined;

export function readAloud(text: string, language: Language): void {
  const voice = voiceFor(language);
  if (!voice) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = 0.95;
  speechSynthesis.speak(utterance);
}
