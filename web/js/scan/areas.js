/**
 * How much of each slice shows the organ.
 *
 * @import { FoundSeries } from "../engine/protocol.js"
 */
import { pixelOfCopy } from "./geometry.js";

/** @type {WeakMap<FoundSeries, { areas: Float64Array, unit: string }>} */
const known = new WeakMap();

/** Square centimetres where the file says how large pixels are, else hundredths of the copy. @param {FoundSeries} series */
export function areasOf(series) {
  const before = known.get(series);
  if (before) return before;
  const pixel = pixelOfCopy(series);
  const whole = pixel ? (pixel.x * pixel.y * series.reduction.side ** 2) / 100 : 100;
  const areas = Float64Array.from(series.shares, (share, slice) =>
    (series.presences[slice] ?? 0) < 0.5 ? 0 : share * whole,
  );
  const answer = { areas, unit: pixel ? "cm²" : "%" };
  known.set(series, answer);
  return answer;
}
