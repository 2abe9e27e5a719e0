/** What the speed test feeds a network with: the time of a run does not depend on what is in the pictures. */

/** Values that are drawn; longer noise repeats them, because drawing takes longer than many a network. */
const DRAWN = 65_536;

/**
 * The same noise each time, evenly spread over -1 to 1, about where prepared pixels lie. Never zero nor so small
 * that a processor would take its slow path.
 * @param {number} length
 * @returns {Float32Array<ArrayBuffer>}
 */
export function makeNoise(length) {
  const noise = new Float32Array(length);
  let state = 1;
  for (let at = 0; at < Math.min(length, DRAWN); at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes, ranqd1
    noise[at] = ((state >>> 8) + 0.5) / 2 ** 23 - 1;
  }
  for (let at = DRAWN; at < length; at *= 2) noise.copyWithin(at, 0, at);
  return noise;
}
