/** A shape for each number of engines, so that colour is not the only sign: the same in plots and legend. */

export const MARK_RADIUS_PX = 4;

/** Corners around the middle, at a distance of about 1; where there are none, a disc. @type {Record<number, [number, number][]>} */
const CORNERS = {
  2: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  3: [
    [0, -1.1],
    [1, 0.8],
    [-1, 0.8],
  ],
  4: [
    [0, -1.25],
    [1.25, 0],
    [0, 1.25],
    [-1.25, 0],
  ],
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} engines
 * @param {number} x canvas pixels
 * @param {number} y
 * @param {number} ratio canvas pixels a CSS pixel
 */
export function drawMark(context, engines, x, y, ratio) {
  const radius = MARK_RADIUS_PX * ratio;
  const corners = CORNERS[engines] ?? [];
  context.beginPath();
  if (corners.length) for (const [dx, dy] of corners) context.lineTo(x + radius * dx, y + radius * dy);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** The same as the points of an SVG polygon around 0, 0; null: a disc. @param {number} engines */
export function markPoints(engines) {
  const corners = CORNERS[engines];
  return corners?.map(([dx, dy]) => `${MARK_RADIUS_PX * dx},${MARK_RADIUS_PX * dy}`).join(" ") ?? null;
}
