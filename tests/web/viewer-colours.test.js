import assert from "node:assert/strict";
import test from "node:test";

import { CIVIDIS, cividisStyle } from "../../web/js/viewer/cividis.js";
import { coloursById, coloursByValue, NO_VALUE, paletteOf, parseHex } from "../../web/js/viewer/colours.js";

/** @param {Uint8Array} colours @param {number} id from 1 */
const colourOf = (colours, id) => [...colours.subarray(3 * (id - 1), 3 * id)];

/** Entries of matplotlib 3.11.2, matplotlib/_cm_listed.py, times 255. */
const PUBLISHED = [
  [0, 0, 34, 78],
  [32, 26, 56, 111],
  [64, 66, 78, 108],
  [96, 97, 101, 111],
  [128, 124, 123, 120],
  [160, 155, 148, 119],
  [192, 188, 174, 108],
  [224, 222, 202, 88],
  [255, 254, 232, 56],
];

test("cividis has 256 entries that differ from the published ones by 2 of 255 at most", () => {
  assert.equal(CIVIDIS.length, 3 * 256);
  for (const [entry = 0, ...published] of PUBLISHED) {
    const ours = [...CIVIDIS.subarray(3 * entry, 3 * entry + 3)];
    const difference = Math.max(...ours.map((value, channel) => Math.abs(value - (published[channel] ?? 0))));
    assert.ok(difference <= 2, `entry ${entry} is ${ours}, published is ${published}`);
  }
});

test("cividis gets lighter from end to end", () => {
  const luma = (/** @type {number} */ entry) =>
    0.2126 * (CIVIDIS[3 * entry] ?? 0) +
    0.7152 * (CIVIDIS[3 * entry + 1] ?? 0) +
    0.0722 * (CIVIDIS[3 * entry + 2] ?? 0);
  for (let entry = 1; entry < 256; entry++) assert.ok(luma(entry) > luma(entry - 1) - 0.5, `entry ${entry}`);
  assert.equal(cividisStyle(0), "rgb(0 34 78)");
  assert.equal(cividisStyle(1), "rgb(254 232 56)");
});

test("values take their place on the scale, beyond its ends they take the end", () => {
  const colours = coloursByValue(Float64Array.of(10, 20, 15, -5, 99, Infinity), 10, 20);
  assert.deepEqual(colourOf(colours, 1), [0, 34, 78]);
  assert.deepEqual(colourOf(colours, 2), [254, 232, 56]);
  assert.deepEqual(colourOf(colours, 3), [...CIVIDIS.subarray(3 * 128, 3 * 129)]);
  assert.deepEqual(colourOf(colours, 4), colourOf(colours, 1));
  assert.deepEqual(colourOf(colours, 5), colourOf(colours, 2));
  assert.deepEqual(colourOf(colours, 6), colourOf(colours, 2));
});

test("no value is a grey that is not on the scale", () => {
  assert.deepEqual(colourOf(coloursByValue(Float64Array.of(NaN), 0, 1), 1), [...NO_VALUE]);
  for (let entry = 0; entry < 256; entry++) {
    const far = NO_VALUE.some((value, channel) => Math.abs(value - (CIVIDIS[3 * entry + channel] ?? 0)) > 60);
    assert.ok(far, `entry ${entry}`);
  }
});

test("a scale without length puts all values in its middle", () => {
  const colours = coloursByValue(Float64Array.of(7, 7), 7, 7);
  assert.deepEqual(colourOf(colours, 1), [...CIVIDIS.subarray(3 * 128, 3 * 129)]);
});

test("neighbours by id differ, also round the end of the cycle", () => {
  const colours = coloursById(30);
  assert.equal(colours.length, 90);
  for (let id = 2; id <= 30; id++) {
    const before = colourOf(colours, id - 1);
    const difference = colourOf(colours, id).reduce(
      (sum, value, i) => sum + Math.abs(value - (before[i] ?? 0)),
      0,
    );
    assert.ok(difference > 100, `${id - 1} and ${id} differ by ${difference}`);
  }
});

test("objects of one colour share a style", () => {
  const palette = paletteOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 1, 2, 3), 3, [9, 9, 9]);
  assert.deepEqual(palette.styles, ["rgb(1 2 3)", "rgb(4 5 6)"]);
  assert.deepEqual([...palette.styleOf], [0, 0, 1, 0]);
  assert.deepEqual([...palette.rgb], [1, 2, 3, 4, 5, 6]);
});

test("objects without colours have the accent", () => {
  assert.deepEqual(paletteOf(null, 2, [9, 8, 7]).styles, ["rgb(9 8 7)"]);
  assert.deepEqual(paletteOf(Uint8Array.of(1, 2, 3), 2, [9, 8, 7]).styles, ["rgb(1 2 3)", "rgb(9 8 7)"]);
});

test("a colour of a style sheet is read, anything else is white", () => {
  assert.deepEqual(parseHex(" #6cc9c2 "), [0x6c, 0xc9, 0xc2]);
  assert.deepEqual(parseHex("teal"), [255, 255, 255]);
});
