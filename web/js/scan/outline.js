/**
 * The line along which a map of probabilities crosses one half, by marching squares (Lorensen and Cline 1987, in two
 * dimensions) between the centres of its pixels. Own lines, because d3-contour would add sixty modules to the page.
 */

const HALF = 127.5;
const EMPTY = 0;

/**
 * @param {{ side: number, chances: Uint8Array }} map times 255
 * @returns {Float64Array} pieces of the line, four figures each: x0, y0, x1, y1 in pixels of the map
 */
export function outlineOf({ side, chances }) {
  /** @type {number[]} */
  const pieces = [];
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    x < 0 || y < 0 || x >= side || y >= side ? EMPTY : /** @type {number} */ (chances[y * side + x]);
  for (let y = -1; y < side; y += 1)
    for (let x = -1; x < side; x += 1)
      addCell(pieces, x, y, at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1));
  return Float64Array.from(pieces);
}

/**
 * The pieces between four neighbouring centres: a, b, c, d clockwise from the upper left.
 *
 * @param {number[]} pieces
 * @param {number} x
 * @param {number} y
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 */
function addCell(pieces, x, y, a, b, c, d) {
  const inside = [a, b, c, d].map((value) => value > HALF);
  if (inside.every(Boolean) || !inside.some(Boolean)) return;
  const [left, top] = [x + 0.5, y + 0.5];
  /** Crossings of the sides, clockwise from the upper one. @type {([number, number] | null)[]} */
  const crossings = [
    crosses(a, b) ? [left + part(a, b), top] : null,
    crosses(b, c) ? [left + 1, top + part(b, c)] : null,
    crosses(d, c) ? [left + part(d, c), top + 1] : null,
    crosses(a, d) ? [left, top + part(a, d)] : null,
  ];
  const found = crossings.filter((point) => point !== null);
  if (found.length === 2) pieces.push(...found.flat());
  else if ((a + b + c + d) / 4 > HALF === inside[0]) {
    pieces.push(...pair(crossings, 0, 1), ...pair(crossings, 2, 3)); // a and c are joined
  } else pieces.push(...pair(crossings, 3, 0), ...pair(crossings, 1, 2));
}

/** @param {([number, number] | null)[]} crossings @param {number} one @param {number} other */
function pair(crossings, one, other) {
  return [...(crossings[one] ?? []), ...(crossings[other] ?? [])];
}

/** @param {number} one @param {number} other */
function crosses(one, other) {
  return one > HALF !== other > HALF;
}

/** @param {number} one @param {number} other */
function part(one, other) {
  return (HALF - one) / (other - one);
}
