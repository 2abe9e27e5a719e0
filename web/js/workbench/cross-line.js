/**
 * The line that divides an object across its longest axis. Pure.
 *
 * @import { Outlines } from "../objects-types.js"
 */

/**
 * Through the centroid, along the shortest axis and beyond the object on both sides. Moments of the area are summed over
 * the edges of the rings (Green's theorem), where rings of holes run the other way round and so count negatively.
 *
 * @param {Outlines} outlines
 * @param {number} id
 * @returns {Float64Array} x, y, x, y in pixels of the image; empty if there is no such object
 */
export function lineAcross(outlines, id) {
  const origin = originOf(outlines, id);
  if (!origin) return new Float64Array();
  const { area, x, y, xx, xy, yy, reach } = momentsOf(outlines, id, origin);
  const [middleX, middleY] = [x / area, y / area];
  const spread = {
    xx: xx / area - middleX ** 2,
    xy: xy / area - middleX * middleY,
    yy: yy / area - middleY ** 2,
  };
  const long = Math.atan2(2 * spread.xy, spread.xx - spread.yy) / 2;
  const [dx, dy] = [-Math.sin(long) * reach, Math.cos(long) * reach];
  const [atX, atY] = [origin.x + middleX, origin.y + middleY];
  return Float64Array.of(atX - dx, atY - dy, atX + dx, atY + dy);
}

/** The first corner, which sums start from, so that they stay small. @param {Outlines} outlines @param {number} id */
function originOf({ points, starts, ids }, id) {
  const at = 2 * (starts[ids.indexOf(id)] ?? NaN);
  return Number.isNaN(at) ? null : { x: points[at] ?? 0, y: points[at + 1] ?? 0 };
}

/** @param {Outlines} outlines @param {number} id @param {{ x: number, y: number }} origin */
function momentsOf(outlines, id, origin) {
  const sums = { area: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0, reach: 0 };
  for (const [x0, y0, x1, y1] of edgesOf(outlines, id)) {
    const [ax, ay, bx, by] = [x0 - origin.x, y0 - origin.y, x1 - origin.x, y1 - origin.y];
    const cross = ax * by - bx * ay;
    sums.area += cross / 2;
    sums.x += ((ax + bx) * cross) / 6;
    sums.y += ((ay + by) * cross) / 6;
    sums.xx += ((ax * ax + ax * bx + bx * bx) * cross) / 12;
    sums.yy += ((ay * ay + ay * by + by * by) * cross) / 12;
    sums.xy += ((ax * by + 2 * ax * ay + 2 * bx * by + bx * ay) * cross) / 24;
    sums.reach = Math.max(sums.reach, 2 * Math.hypot(ax, ay));
  }
  return sums;
}

/** @param {Outlines} outlines @param {number} id @returns {Generator<[number, number, number, number]>} */
function* edgesOf({ points, starts, ids }, id) {
  for (let ring = ids.indexOf(id); ids[ring] === id; ring += 1) {
    const [first = 0, stop = 0] = starts.subarray(ring, ring + 2);
    for (let at = first, from = stop - 1; at < stop; from = at, at += 1) {
      const [x0 = 0, y0 = 0] = points.subarray(2 * from, 2 * from + 2);
      const [x1 = 0, y1 = 0] = points.subarray(2 * at, 2 * at + 2);
      yield [x0, y0, x1, y1];
    }
  }
}
