import assert from "node:assert/strict";
import test from "node:test";

import { makeNoise } from "../../web/js/engine/noise.js";
import { memoryOf } from "../../web/js/engine/pool-size.js";
import {
  batchSizes,
  estimateLeft,
  exceedsMemory,
  imageDims,
  LARGEST,
  RUN_LIMIT_MS,
} from "../../web/js/speed/plan.js";
import { PACK } from "./speed-helpers.js";

test("sizes are powers of two, or the one that the network takes", () => {
  assert.deepEqual(batchSizes(8, null), [1, 2, 4, 8]);
  assert.equal(batchSizes(LARGEST, null).length, 11);
  assert.deepEqual(batchSizes(8, 1), [1]);
});

test("an image has the size that the network says, else that of its pack", () => {
  const any = [null, 3, null, null];
  const tiling = { tile_px: 1024, halo_px: 72 };
  assert.deepEqual(imageDims(PACK, any), [3, 64, 96]);
  assert.deepEqual(imageDims(PACK, [null, 1, 32, 48]), [1, 32, 48]);
  const segments = /** @type {any} */ ({ segment: { tiling } });
  assert.deepEqual(imageDims(segments, any), [3, 1168, 1168], "a tile with what is seen around it");
  assert.throws(() => imageDims(/** @type {any} */ ({}), any), { code: "pack/invalid" });
});

test("a batch is not tried where an engine or the machine has no room for it", () => {
  const image = [3, 1024, 1024]; // 12 MiB, 192 MiB while it is worked on
  assert.equal(exceedsMemory(16, image, 1, 32), false);
  assert.equal(exceedsMemory(32, image, 1, 32), true, "no engine has more than 4 GiB");
  assert.equal(exceedsMemory(16, image, 2, 8), true, "two of 3 GiB are more than half of 8");
  assert.equal(memoryOf({ deviceMemory: 2 }), 2);
  assert.equal(memoryOf({ maxTouchPoints: 5 }), 4);
  assert.equal(memoryOf({}), 8);
});

test("what is left falls with each size, and sizes over the limit take no time", () => {
  const choice = { engines: [1, 2], largest: 4, runs: 10 };
  const left = (/** @type {number} */ engines, /** @type {number} */ batch, imageMs = 10) =>
    estimateLeft(choice, [1, 2, 4], { engines, batch }, imageMs);
  assert.equal(left(2, 4), 500 + 10 * 40, "warm-up and ten runs of 40 ms");
  assert.ok(left(1, 1) > left(1, 2) && left(1, 4) > left(2, 1));
  assert.equal(left(2, 4, RUN_LIMIT_MS), 0);
});

test("noise is the same each time, spread over -1 to 1, of any length", () => {
  const noise = makeNoise(200_001);
  assert.deepEqual(noise, makeNoise(200_001));
  assert.deepEqual(noise.subarray(0, 1000), makeNoise(1000));
  const sizes = noise.map(Math.abs);
  assert.ok(Math.min(...sizes.subarray(0, 60_000)) > 0 && Math.max(...sizes.subarray(0, 60_000)) <= 1);
  assert.ok(Math.abs(noise.reduce((sum, value) => sum + value, 0) / noise.length) < 0.01);
  assert.ok(sizes.every((size) => size > 1e-9));
});
