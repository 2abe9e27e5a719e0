/** Groups of files, the stack of copies, outlines, windows and the contact sheet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { areasOf } from "../../web/js/scan/areas.js";
import { MOST_CELLS, planSheet, sliceAt } from "../../web/js/scan/contact-sheet.js";
import { groupFiles, planReading } from "../../web/js/scan/groups.js";
import { outlineOf } from "../../web/js/scan/outline.js";
import { Stack } from "../../web/js/scan/stack.js";
import { paintValues } from "../../web/js/scan/windows.js";
import { sayAnswer, sayFirstAnswer, sayLeftOut, saySeries } from "../../web/js/scan/words.js";
import { series, slicesOf } from "./scan-helpers.js";

const files = (/** @type {number} */ count, ending = "dcm") =>
  Array.from({ length: count }, (_, index) => ({
    name: `${index}.${ending}`,
    size: () => 1,
    read: () => Promise.resolve(new ArrayBuffer(1)),
  }));
const numbers = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => index);

test("engines take files in groups, in order, each file once", () => {
  const groups = groupFiles(files(800), numbers(800), null);
  assert.deepEqual(groups.flat(), numbers(800));
  assert.equal(Math.max(...groups.map((group) => group.length)), 16);
  assert.equal(Math.max(...groupFiles(files(800), numbers(800), 32).map((group) => group.length)), 32);
  assert.equal(Math.max(...groupFiles(files(800), numbers(800), 1024).map((group) => group.length)), 64);
});

test("a few files go one by one, so that all engines have some", () => {
  assert.deepEqual(groupFiles(files(3), numbers(3), null), [[0], [1], [2]]);
});

test("a file that holds a volume goes alone", () => {
  assert.ok(groupFiles(files(100, "nii.gz"), numbers(100), null).every((group) => group.length === 1));
});

test("of long scans every fourth file is read first; of short ones and of volumes none", () => {
  const { first, others } = planReading(files(800), numbers(800), null);
  assert.deepEqual(
    first.flat(),
    numbers(800).filter((number) => number % 4 === 0),
  );
  assert.deepEqual(
    [...first.flat(), ...others.flat()].toSorted((a, b) => a - b),
    numbers(800),
  );
  assert.deepEqual(planReading(files(199), numbers(199), null).first, []);
  assert.equal(planReading(files(200), numbers(200), null).first.flat().length, 50);
  assert.deepEqual(planReading(files(300, "nii.gz"), numbers(300), null).first, []);
});

test("a stack finds each slice in the part that holds it", () => {
  const stack = new Stack([slicesOf([7]), slicesOf([]), slicesOf([5, 3])], 2);
  assert.equal(stack.count, 3);
  assert.deepEqual([...stack.copy(0)], [7, 7, 7, 7]);
  assert.deepEqual([...stack.copy(2)], [3, 3, 3, 3]);
  assert.deepEqual([...stack.chances(1).chances], [5]);
  assert.throws(() => stack.copy(3), RangeError);
  assert.equal(stack.facts.length, 2);
});

test("an outline is closed and lies where probabilities cross one half", () => {
  const side = 4;
  const chances = new Uint8Array(side ** 2);
  chances[5] = 255; // the pixel at 1, 1: its centre is at 1.5, 1.5
  const pieces = outlineOf({ side, chances });
  assert.equal(pieces.length, 4 * 4);
  const ends = new Map();
  for (let at = 0; at < pieces.length; at += 2) {
    const key = `${pieces[at]},${pieces[at + 1]}`;
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.ok([...ends.values()].every((count) => count === 2));
  assert.ok(Math.abs(Math.min(...pieces) - 1) < 0.01 && Math.abs(Math.max(...pieces) - 2) < 0.01);
});

test("what fills the map is closed at its rim; an empty map has no outline", () => {
  assert.equal(outlineOf({ side: 2, chances: new Uint8Array(4).fill(255) }).length, 8 * 4);
  assert.equal(outlineOf({ side: 2, chances: new Uint8Array(4).fill(100) }).length, 0);
});

test("pixels that touch by a corner are joined or parted as their mean says", () => {
  const joined = outlineOf({ side: 2, chances: Uint8Array.of(255, 120, 120, 255) });
  const parted = outlineOf({ side: 2, chances: Uint8Array.of(140, 0, 0, 140) });
  assert.equal(joined.length, parted.length);
  assert.notDeepEqual([...joined].slice(16, 24), [...parted].slice(16, 24));
});

test("a window makes values grey", () => {
  const rgba = new Uint8ClampedArray(12);
  paintValues(Int16Array.of(-500, 0, 900), [-100, 155], rgba);
  assert.deepEqual([...rgba], [0, 0, 0, 255, 100, 100, 100, 255, 255, 255, 255, 255]);
});

test("areas are square centimetres, and none where the slice shows no heart", () => {
  const found = series({ presences: Float32Array.of(1, 0.2), shares: Float32Array.of(0.25, 0.25) });
  const { areas, unit } = areasOf(found);
  assert.equal(unit, "cm²");
  assert.deepEqual([...areas], [163.84, 0]); // a quarter of 256 mm x 256 mm
  assert.equal(areasOf(series({ spacing: null })).unit, "%");
});

test("a sheet shows all slices, or two hundred at equal distances", () => {
  const all = planSheet(30, 600, 96);
  assert.deepEqual([...all.slices], numbers(30));
  assert.equal(sliceAt(all, 1, 1), 0);
  assert.equal(sliceAt(all, 599, 1), all.columns - 1);
  assert.equal(sliceAt(all, 1, 10_000), null);
  const some = planSheet(800, 1600, 96);
  assert.equal(some.slices.length, MOST_CELLS);
  assert.deepEqual([some.slices[0], some.slices[1], some.slices.at(-1)], [2, 6, 798]);
});

test("answers and what was left out are said in words", () => {
  const pack = /** @type {any} */ ({ classes: [{ name: "Heart" }] });
  assert.equal(sayAnswer(pack, series().voxels), "Heart in slices 3 to 7");
  assert.equal(sayAnswer(pack, null), "No heart found");
  assert.equal(sayFirstAnswer(pack, series().voxels), "Heart found");
  assert.equal(sayFirstAnswer(pack, null), "No heart so far");
  assert.equal(saySeries(series()), "CT · 10 slices · 512 × 512 · 2 mm apart");
  const [damaged] = sayLeftOut([{ file: 1, name: "a.dcm", error: "image/corrupt" }]);
  assert.equal(damaged?.words, "1 file left out: damaged, or can no longer be read");
});
