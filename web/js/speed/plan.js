/**
 * Which sizes are measured, what one image is for a network, and what is not tried: pure arithmetic.
 *
 * @import { Pack } from "../types.js"
 * @import { Choice } from "./types.js"
 */
import { InsituError } from "../engine/errors.js";

/** A run that takes longer ends a series: nobody waits that long for one answer. */
export const RUN_LIMIT_MS = 10_000;
/** One size is measured for about that long at most, but at least `LEAST_RUNS` times. */
export const SIZE_LIMIT_MS = 5_000;
export const LEAST_RUNS = 3;
/** Browsers translate a network's code twice, the second time while it runs: 0.3 s on a slow machine. */
export const WARM_UP_MS = 500;
export const LARGEST = 1024;

const GIB = 2 ** 30;
/**
 * What one engine holds while it runs, as a multiple of its input: measured 5 (blood-cells) and 13
 * (nuclei), growth of the browser's process over batches of 1 to 512 and 1 to 16.
 */
const MEMORY_OF_INPUT = 16;
/** WebAssembly has no more; measured, nuclei end at a batch of 32 of 1168 x 1168 pixels. */
const ENGINE_LIMIT = 4 * GIB;

/** @param {number} largest @param {number | null} fixed where the network takes only that many */
export function batchSizes(largest, fixed) {
  if (fixed !== null) return [fixed];
  const sizes = [];
  for (let size = 1; size <= largest; size *= 2) sizes.push(size);
  return sizes;
}

/**
 * Channels, height and width of what the network gets of one image: what it says itself, else the pack. Of a
 * pack that cuts images into tiles, a tile in the middle of a large image.
 *
 * @param {Pack} pack
 * @param {readonly (number | null)[]} dims of the open network
 */
export function imageDims(pack, [, channels, height, width]) {
  const said = inputSize(pack);
  const dims = [channels ?? 3, height ?? said?.height ?? 0, width ?? said?.width ?? 0];
  if (!dims.every(Boolean))
    throw new InsituError("pack/invalid", "This pack does not say what size of image its network takes.");
  return dims;
}

/** Pixels; null where the pack does not say. @param {Pack} pack */
export function inputSize({ classify, segment }) {
  if (classify) return classify.geometry;
  if (!segment) return null;
  const side = segment.tiling.tile_px + 2 * segment.tiling.halo_px;
  return { width: side, height: side };
}

/**
 * Whether a batch would need more memory than there is, as far as can be told beforehand.
 *
 * @param {number} batch
 * @param {number[]} image channels, height, width
 * @param {number} engines
 * @param {number} memoryGib of the machine
 */
export function exceedsMemory(batch, image, engines, memoryGib) {
  const input = image.reduce((bytes, size) => bytes * size, 4 * batch);
  const needed = MEMORY_OF_INPUT * input;
  return needed > ENGINE_LIMIT || needed * engines > (memoryGib * GIB) / 2;
}

/** What one engine takes for a size, warm-up included. @param {number} runMs @param {number} runs */
function estimateSize(runMs, runs) {
  if (runMs > RUN_LIMIT_MS) return 0;
  const measured = Math.min(runs, Math.max(LEAST_RUNS, SIZE_LIMIT_MS / runMs)) * runMs;
  return Math.max(WARM_UP_MS, runMs) + measured;
}

/**
 * What is still to do, for "time left".
 *
 * @param {Choice} choice
 * @param {number[]} sizes
 * @param {{ engines: number, batch: number }} from the size that is next
 * @param {number} imageMs what one engine takes for an image, as far as is known
 */
export function estimateLeft({ engines, runs }, sizes, from, imageMs) {
  let ms = 0;
  for (const count of engines.filter((count) => count >= from.engines)) {
    const left = count === from.engines ? sizes.filter((size) => size >= from.batch) : sizes;
    for (const size of left) ms += estimateSize(size * imageMs, runs);
  }
  return ms;
}
