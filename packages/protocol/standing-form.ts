/** Digits of the number on a kiosk's start screen. Whoever types it on a phone stands before that screen, or has just been there (N9). */
export const standingDigits = 4;
