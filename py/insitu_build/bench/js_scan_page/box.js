/** The largest part of what a network found in a stack of slices, and its box. */

/**
 * Edges, half-open.
 * @typedef {{ x0: number, y0: number, z0: number, x1: number, y1: number, z1: number }} Box
 * @typedef {{ position: number[], spacing: number[], width: number }} Placed
 */

/**
 * The box of the largest part whose voxels touch by their faces, in voxels; null where there is none.
 * @param {Uint8Array} mask slices of `side` x `side`, one after the other; used up
 * @param {number} side
 * @returns {Box | null}
 */
export function largestPart(mask, side) {
  /** @type {Box | null} */
  let best = null;
  let most = 0;
  for (let start = mask.indexOf(1); start >= 0; start = mask.indexOf(1, start + 1)) {
    const { box, size } = takePart(mask, side, start);
    if (size > most) [best, most] = [box, size];
  }
  return best;
}

/**
 * Clear the part with that voxel, and say what it was.
 * @param {Uint8Array} mask
 * @param {number} side
 * @param {number} start
 */
function takePart(mask, side, start) {
  const area = side * side;
  const box = { x0: side, y0: side, z0: mask.length / area, x1: 0, y1: 0, z1: 0 };
  const open = [start];
  let size = 0;
  mask[start] = 0;
  const visit = (/** @type {number} */ at) => {
    if (mask[at] !== 1) return;
    mask[at] = 0;
    open.push(at);
  };
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const z = Math.floor(at / area);
    const y = Math.floor(at / side) % side;
    const x = at % side;
    size += 1;
    box.x0 = Math.min(box.x0, x);
    box.y0 = Math.min(box.y0, y);
    box.z0 = Math.min(box.z0, z);
    box.x1 = Math.max(box.x1, x + 1);
    box.y1 = Math.max(box.y1, y + 1);
    box.z1 = Math.max(box.z1, z + 1);
    if (x > 0) visit(at - 1);
    if (x < side - 1) visit(at + 1);
    if (y > 0) visit(at - side);
    if (y < side - 1) visit(at + side);
    visit(at - area);
    visit(at + area);
  }
  return { box, size };
}

/**
 * The same box in the patient, in millimetres; slices lie across it and in order.
 * @param {Box} box
 * @param {Placed[]} slices
 * @param {number} side of the masks
 * @returns {Box}
 */
export function boxInPatient({ x0, y0, z0, x1, y1, z1 }, slices, side) {
  const [first, last] = [slices[z0], slices[z1 - 1]];
  if (!first || !last) throw new RangeError("The box reaches beyond the slices.");
  const [left = 0, back = 0, low = 0] = first.position;
  const [down = 0, across = 0] = first.spacing;
  const high = last.position[2] ?? 0;
  const half = z1 - z0 > 1 ? (high - low) / (z1 - z0 - 1) / 2 : 0;
  const pixels = first.width / side;
  return {
    x0: left + (x0 * pixels - 0.5) * across,
    y0: back + (y0 * pixels - 0.5) * down,
    z0: low - half,
    x1: left + (x1 * pixels - 0.5) * across,
    y1: back + (y1 * pixels - 0.5) * down,
    z1: high + half,
  };
}
