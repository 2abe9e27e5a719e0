/**
 * Points of a scatter plot: where they are, which is nearest, and drawing many.
 *
 * @typedef {object} Dots positions in CSS pixels between the axes, NaN where a value is missing
 * @property {Float32Array} x
 * @property {Float32Array} y
 *
 * @typedef {{ min: number, max: number, size: number }} Span of an axis and its length in CSS pixels
 *
 * @typedef {object} Place of the plot, in canvas pixels
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} ratio canvas pixels in a CSS pixel
 * @property {number} size of a dot
 *
 * @typedef {object} Paint
 * @property {string} colour #rrggbb
 * @property {number} faint opacity of a single dot
 * @property {number} full opacity where most of them meet
 */

const DISCS = 1000;

/** @param {Float64Array} xs @param {Float64Array} ys @param {Span} across @param {Span} up @returns {Dots} */
export function placeDots(xs, ys, across, up) {
  const y = scaled(ys, up);
  for (let at = 0; at < y.length; at += 1) y[at] = up.size - (y[at] ?? NaN);
  return { x: scaled(xs, across), y };
}

/** @param {Float64Array} values @param {Span} span */
function scaled(values, { min, max, size }) {
  const factor = size / (max - min);
  const positions = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += 1) positions[at] = ((values[at] ?? NaN) - min) * factor;
  return positions;
}

/**
 * @param {Dots} dots
 * @param {Uint8Array | null} mask by id, 1 for those in question
 * @param {number} left
 * @param {number} top
 * @param {number} within pixels
 * @returns {number | null} the id of the nearest
 */
export function nearestDot({ x, y }, mask, left, top, within) {
  let nearest = null;
  let least = within * within;
  for (let at = 0; at < x.length; at += 1) {
    if (mask && !mask[at + 1]) continue;
    const distance = ((x[at] ?? NaN) - left) ** 2 + ((y[at] ?? NaN) - top) ** 2;
    if (distance <= least) {
      least = distance;
      nearest = at + 1;
    }
  }
  return nearest;
}

/** The more there are, the smaller and the fainter a single one. @param {number} count */
export function dotStyle(count) {
  if (count <= DISCS) return { size: 5, faint: 0.75 };
  if (count <= 10_000) return { size: 3, faint: 0.5 };
  return { size: 2, faint: 0.35 };
}

/**
 * Few dots as discs, many as squares of pixels: a canvas takes 100 ms and more for 100,000 shapes.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Dots} dots
 * @param {(id: number) => boolean} isWanted
 * @param {Place} place
 * @param {Paint} paint
 */
export function renderDots(context, dots, isWanted, place, paint) {
  if (dots.x.length <= DISCS) renderDiscs(context, dots, isWanted, place, paint);
  else renderCloud(context, dots, isWanted, place, paint);
}

/** @type {typeof renderDots} */
function renderDiscs(context, { x, y }, isWanted, { left, top, ratio, size }, { colour, faint }) {
  context.globalAlpha = faint;
  context.fillStyle = colour;
  for (let at = 0; at < x.length; at += 1) {
    const across = left + (x[at] ?? NaN) * ratio;
    const down = top + (y[at] ?? NaN) * ratio;
    if (!isWanted(at + 1) || Number.isNaN(across + down)) continue;
    context.beginPath();
    context.arc(across, down, size / 2, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** @type {typeof renderDots} */
function renderCloud(context, dots, isWanted, place, paint) {
  const { left, top, width, height } = place;
  const counts = countDots(dots, isWanted, place);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const levels = levelsOf(
    paint,
    counts.reduce((most, count) => Math.max(most, count), 1),
  );
  counts.forEach((count, at) => {
    if (count) pixels[at] = levels[count] ?? 0;
  });
  const layer = new OffscreenCanvas(width, height);
  layer.getContext("2d")?.putImageData(image, 0, 0);
  context.drawImage(layer, left, top);
}

/** Pixels for each number of dots; opacity grows with the logarithm. @param {Paint} paint @param {number} most */
function levelsOf({ colour, faint, full }, most) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const opacityOf = (/** @type {number} */ count) =>
    faint + (full - faint) * (Math.log(count) / Math.log(most) || 0);
  const bytes = Array.from({ length: most + 1 }, (_, count) => [
    red,
    green,
    blue,
    count ? Math.round(255 * opacityOf(count)) : 0,
  ]);
  return new Uint32Array(Uint8Array.from(bytes.flat()).buffer);
}

/**
 * How many dots cover each pixel.
 *
 * @param {Dots} dots
 * @param {(id: number) => boolean} isWanted
 * @param {Pick<Place, "width" | "height" | "ratio" | "size">} place
 * @returns {Uint8Array} height x width, 255 for more
 */
export function countDots({ x, y }, isWanted, { width, height, ratio, size }) {
  const counts = new Uint8ClampedArray(width * height);
  const side = Math.max(1, Math.round(size));
  for (let at = 0; at < x.length; at += 1) {
    if (!isWanted(at + 1)) continue;
    const left = Math.round((x[at] ?? NaN) * ratio - side / 2);
    const top = Math.round((y[at] ?? NaN) * ratio - side / 2);
    for (let row = Math.max(0, top); row < Math.min(height, top + side); row += 1) {
      for (let column = Math.max(0, left); column < Math.min(width, left + side); column += 1) {
        counts[row * width + column] = (counts[row * width + column] ?? 0) + 1;
      }
    }
  }
  return new Uint8Array(counts.buffer);
}
