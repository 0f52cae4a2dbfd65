import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const colours = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

/** WCAG 2.2 relative luminance and contrast. */
function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
const contrast = (a: string, b: string) => {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
};

const surfaces = ["ground", "surface", "sunken"];
const text: readonly (readonly [string, string])[] = [
  ...["ink", "ink-soft", "accent", "good", "warn", "bad"].flatMap((ink) => surfaces.map((surface) => [ink, surface] as const)),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-accent-soft", "accent-soft"],
  ["accent", "accent-soft"],
  ["ink", "accent-soft"],
  ["good", "good-soft"],
  ["ink", "good-soft"],
  ["warn", "warn-soft"],
  ["ink", "warn-soft"],
  ["bad", "bad-soft"],
  ["ink", "bad-soft"],
  ["on-bad", "bad"],
  ["on-bad", "bad-strong"],
  ["door-ink", "door"],
  ["on-door-occupied", "door-occupied"],
  ["on-door-return", "door-return"],
  ["on-door-inside", "door-inside"],
];
const marks: readonly (readonly [string, string])[] = [
  ...surfaces.slice(0, 2).flatMap(
    (surface) =>
      [
        ["line-strong", surface],
        ["focus", surface],
      ] as const,
  ),
  ["door-line", "door"],
  ["door-held", "door"],
  ["door-reserved", "door"],
  ["door-maintenance", "door"],
  ["door-occupied", "door"],
  ["door-return", "door"],
];

for (const theme of ["light", "dark"] as const) {
  const pair = ([front, back]: readonly [string, string]) => contrast(colours.get(front)![theme], colours.get(back)![theme]);
  test(`${theme}: text stands out at least 4.5 to 1`, () => {
    assert.deepEqual(
      text.filter((each) => pair(each) < 4.5).map((each) => `${each.join(" on ")}: ${pair(each).toFixed(2)}`),
      [],
    );
  });
  test(`${theme}: borders, focus and door patterns stand out at least 3 to 1`, () => {
    assert.deepEqual(
      marks.filter((each) => pair(each) < 3).map((each) => `${each.join(" on ")}: ${pair(each).toFixed(2)}`),
      [],
    );
  });
}
