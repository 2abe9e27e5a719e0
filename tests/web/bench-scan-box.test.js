/** The box of the plain JavaScript page that the benchmark of scans compares with. */
import assert from "node:assert/strict";
import test from "node:test";

import { boxInPatient, largestPart } from "../../py/insitu_build/bench/js_scan_page/box.js";

/** @param {number} side @param {[number, number, number][]} voxels z, y, x @param {number} slices */
function maskOf(side, voxels, slices) {
  const mask = new Uint8Array(slices * side * side);
  for (const [z, y, x] of voxels) mask[(z * side + y) * side + x] = 1;
  return mask;
}

test("the largest part counts, and parts that touch at corners only are two", () => {
  const mask = maskOf(
    4,
    [
      [0, 0, 0],
      [0, 1, 1],
      [0, 1, 2],
      [1, 1, 2],
      [1, 1, 3],
      [1, 2, 0],
    ],
    2,
  );
  assert.deepEqual(largestPart(mask, 4), { x0: 1, y0: 1, z0: 0, x1: 4, y1: 2, z1: 2 });
});

test("without a part there is no box", () => {
  assert.equal(largestPart(new Uint8Array(32), 4), null);
});

test("a box in the patient ends at the edges of its pixels and half-way beyond its slices", () => {
  const slices = [0, 2, 4].map((z) => ({ position: [-10, -20, z], spacing: [0.5, 0.25], width: 8 }));
  const box = { x0: 1, y0: 0, z0: 1, x1: 3, y1: 4, z1: 3 };
  assert.deepEqual(boxInPatient(box, slices, 4), {
    x0: -10 + 1.5 * 0.25,
    y0: -20 - 0.25,
    z0: 1,
    x1: -10 + 5.5 * 0.25,
    y1: -20 + 3.75,
    z1: 5,
  });
});
