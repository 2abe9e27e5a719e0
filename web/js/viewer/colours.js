/**
 * Colours of objects: three bytes each, object 1 first. Pure.
 *
 * @import { Palette } from "./types.js"
 */
import { CIVIDIS } from "./cividis.js";

/**
 * Okabe and Ito's colours without black, which would vanish in a dark image. In this order neighbours,
 * also round the end, differ most for those who see them worst: by 25 (CIE 1976) at least, with
 * normal vision and with protanopia, deuteranopia and tritanopia as simulated by Machado, Oliveira
 * and Fernandes, 2009. M. Okabe, K. Ito, "Color Universal Design", 2008, https://jfly.uni-koeln.de/color/
 */
const CYCLE = /** @type {const} */ ([
  [230, 159, 0], // orange
  [86, 180, 233], // sky blue
  [0, 114, 178], // blue
  [240, 228, 66], // yellow
  [204, 121, 167], // reddish purple
  [213, 94, 0], // vermillion
  [0, 158, 115], // bluish green
]);

/** Not on the scale: cividis is darker where it is grey. */
export const NO_VALUE = /** @type {const} */ ([208, 208, 208]);

export const WHITE = /** @type {const} */ ([255, 255, 255]);

/**
 * Colours that tell neighbours apart and mean nothing else.
 *
 * @param {number} count of objects
 * @returns {Uint8Array}
 */
export function coloursById(count) {
  const colours = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) colours.set(CYCLE[i % CYCLE.length] ?? CYCLE[0], 3 * i);
  return colours;
}

/**
 * Cividis from `low` to `high`. Values beyond an end have the colour of that end, NaN is light grey.
 *
 * @param {Float64Array} values of object 1 ... n
 * @param {number} low
 * @param {number} high
 * @returns {Uint8Array}
 */
export function coloursByValue(values, low, high) {
  const colours = new Uint8Array(3 * values.length);
  values.forEach((value, i) => {
    const entry = 3 * entryOf(value, low, high);
    colours.set(Number.isNaN(value) ? NO_VALUE : CIVIDIS.subarray(entry, entry + 3), 3 * i);
  });
  return colours;
}

/** @param {number} value @param {number} low @param {number} high */
function entryOf(value, low, high) {
  if (low === high) return value < low ? 0 : value > high ? 255 : 128;
  return Math.round(255 * Math.min(Math.max((value - low) / (high - low), 0), 1)) || 0;
}

/**
 * Objects grouped by colour, so that each colour is set once for many of them.
 *
 * @param {Uint8Array | null} colours
 * @param {number} count of objects
 * @param {readonly [number, number, number]} accent for all objects where there are no colours
 * @returns {Palette}
 */
export function paletteOf(colours, count, accent) {
  const styleOf = new Uint32Array(count + 1);
  /** @type {Map<number, number>} */
  const styles = new Map();
  for (let id = 1; id <= count; id++) {
    const at = 3 * (id - 1);
    const known = colours && at + 2 < colours.length;
    const [red = 0, green = 0, blue = 0] = known ? colours.subarray(at, at + 3) : accent;
    const key = (red << 16) | (green << 8) | blue;
    const style = styles.get(key) ?? styles.size;
    styles.set(key, style);
    styleOf[id] = style;
  }
  const rgb = Uint8Array.from([...styles.keys()].flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255]));
  return { styles: [...styles.keys()].map(styleOfKey), rgb, styleOf };
}

/**
 * @param {string} text #rrggbb
 * @returns {readonly [number, number, number]} white where it is anything else
 */
export function parseHex(text) {
  const value = parseInt(/^#([0-9a-f]{6})$/i.exec(text.trim())?.[1] ?? "", 16);
  return Number.isNaN(value) ? WHITE : [value >> 16, (value >> 8) & 255, value & 255];
}

/** @param {number} key */
function styleOfKey(key) {
  return `rgb(${key >> 16} ${(key >> 8) & 255} ${key & 255})`;
}
