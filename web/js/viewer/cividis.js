/**
 * Cividis, a scale from blue through grey to yellow that looks nearly the same with and without
 * colour vision deficiency: J. R. Nuñez, C. R. Anderton, R. S. Renslow, "Optimizing colormaps with
 * consideration for color vision deficiency to enable accurate interpretation of scientific data",
 * PLoS ONE 13(7), 2018, e0199239, doi:10.1371/journal.pone.0199239.
 */

/**
 * Entry, red, green, blue. Lines between these 14 of the 256 published entries differ from the others
 * by at most 2 of 255.
 */
const KNOTS = /** @type {const} */ ([
  [0, 0, 34, 78],
  [20, 0, 48, 112],
  [23, 1, 50, 113],
  [28, 18, 53, 112],
  [44, 45, 65, 109],
  [86, 88, 94, 109],
  [134, 130, 128, 121],
  [151, 146, 141, 120],
  [191, 187, 173, 109],
  [219, 217, 197, 92],
  [233, 232, 210, 79],
  [244, 245, 220, 65],
  [251, 253, 227, 52],
  [255, 254, 232, 56],
]);

/** Red, green, blue of 256 entries. */
export const CIVIDIS = makeTable();

function makeTable() {
  const table = new Uint8Array(3 * 256);
  for (let knot = 1; knot < KNOTS.length; knot++) {
    const [from, ...before] = KNOTS[knot - 1] ?? KNOTS[0];
    const [to, ...after] = KNOTS[knot] ?? KNOTS[0];
    for (let entry = from; entry <= to; entry++) {
      const part = (entry - from) / (to - from);
      for (let channel = 0; channel < 3; channel++) {
        const start = before[channel] ?? 0;
        table[3 * entry + channel] = Math.round(start + part * ((after[channel] ?? 0) - start));
      }
    }
  }
  return table;
}

/** The entry of a part of the scale, for CSS. @param {number} part 0..1 */
export function cividisStyle(part) {
  const at = 3 * Math.round(255 * part);
  return `rgb(${CIVIDIS[at]} ${CIVIDIS[at + 1]} ${CIVIDIS[at + 2]})`;
}
