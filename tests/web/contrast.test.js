/** Contrast AA (WCAG 2.2, 1.4.3 and 1.4.11) of the colours in tokens.css. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../web/css/tokens.css", import.meta.url), "utf8");
const [day = "", night = ""] = css.split("@media");

/** @param {string} text @returns {Record<string, string>} */
const tokens = (text) =>
  Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, a, b]) => [a, b]));
const light = tokens(day);
const schemes = { light, dark: { ...light, ...tokens(night) } };

/** Relative luminance. @param {string} colour #rrggbb */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = [
  ["text", "paper"],
  ["text", "surface"],
  ["text", "surface-pressed"],
  ["text-quiet", "paper"],
  ["text-quiet", "surface"],
  ["text-quiet", "surface-pressed"],
  ["accent", "surface"],
  ["accent", "surface-pressed"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["bad", "surface"],
  ["bad", "bad-surface"],
  ["well-text", "well"],
  ["well-quiet", "well"],
  ["well-bad", "well"],
  ["well-bad", "well-cell"],
];
const MARKS = [
  ["accent", "paper"],
  ["accent", "surface"],
  ["line-strong", "surface"],
  ["well-accent", "well"],
];

for (const [scheme, colours] of Object.entries(schemes)) {
  test(`text and marks stand out from what is behind them, ${scheme}`, () => {
    for (const [pairs, least] of /** @type {const} */ ([
      [TEXT, 4.5],
      [MARKS, 3],
    ])) {
      for (const [front = "", back = ""] of pairs) {
        const ratio = contrast(colours[front] ?? "", colours[back] ?? "");
        assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}, least ${least}`);
      }
    }
  });
}
