/**
 * Where the image lies in the viewer: fitting, zooming about a point, and staying in sight. Pure.
 *
 * @import { Box, Point, Size, Transform } from "./types.js"
 */

const MOST_ZOOM = 64;
const FIT_MARGIN_PX = 8;
/** Room around an object that is brought into sight. */
const REVEAL_MARGIN_PX = 32;

/**
 * The whole image in the middle.
 *
 * @param {Size} size of the image
 * @param {Size} space
 * @returns {Transform}
 */
export function fitTransform(size, space) {
  return middleTransform(fitZoom(size, space), size, space);
}

/** @param {number} zoom @param {Size} size @param {Size} space @returns {Transform} */
function middleTransform(zoom, size, space) {
  return { zoom, left: (space.width - size.width * zoom) / 2, top: (space.height - size.height * zoom) / 2 };
}

/** @param {Size} size @param {Size} space */
function fitZoom(size, space) {
  const across = Math.max(1, space.width - 2 * FIT_MARGIN_PX) / Math.max(1, size.width);
  const down = Math.max(1, space.height - 2 * FIT_MARGIN_PX) / Math.max(1, size.height);
  return Math.min(across, down);
}

/**
 * Least and greatest zoom.
 *
 * @param {Size} size
 * @param {Size} space
 * @returns {[number, number]}
 */
export function zoomLimits(size, space) {
  const fit = fitZoom(size, space);
  return [Math.min(fit, 1), Math.max(fit, MOST_ZOOM)];
}

/**
 * The nearest transform that keeps the image in sight: its edges come no further in than to the middle.
 *
 * @param {Transform} transform
 * @param {Size} size
 * @param {Size} space
 * @returns {Transform}
 */
export function clampTransform({ zoom, left, top }, size, space) {
  const [least, most] = zoomLimits(size, space);
  const clamped = clamp(zoom, least, most);
  return {
    zoom: clamped,
    left: clamp(left, space.width / 2 - size.width * clamped, space.width / 2),
    top: clamp(top, space.height / 2 - size.height * clamped, space.height / 2),
  };
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/**
 * Change the zoom so that what is at x, y of the viewer stays there. Zoomed out as far as possible,
 * the image stands in the middle.
 *
 * @param {Transform} transform
 * @param {number} zoom
 * @param {Point} at in the viewer
 * @param {Size} size
 * @param {Size} space
 * @returns {Transform}
 */
export function zoomAbout(transform, zoom, at, size, space) {
  const [least, most] = zoomLimits(size, space);
  if (zoom <= least) return middleTransform(least, size, space);
  const clamped = Math.min(zoom, most);
  const by = clamped / transform.zoom;
  const left = at.x - (at.x - transform.left) * by;
  const top = at.y - (at.y - transform.top) * by;
  return clampTransform({ zoom: clamped, left, top }, size, space);
}

/**
 * @param {Transform} transform
 * @param {number} dx
 * @param {number} dy
 * @param {Size} size
 * @param {Size} space
 * @returns {Transform}
 */
export function panBy({ zoom, left, top }, dx, dy, size, space) {
  return clampTransform({ zoom, left: left + dx, top: top + dy }, size, space);
}

/**
 * The same zoom, with the same point of the image in the middle of another space.
 *
 * @param {Transform} transform
 * @param {Size} before
 * @param {Size} space
 * @param {Size} size
 * @returns {Transform}
 */
export function keepMiddle(transform, before, space, size) {
  return panBy(transform, (space.width - before.width) / 2, (space.height - before.height) / 2, size, space);
}

/**
 * Bring a box into the middle unless it is in sight already.
 *
 * @param {Transform} transform
 * @param {Box} box
 * @param {Size} size
 * @param {Size} space
 * @returns {Transform}
 */
export function reveal(transform, box, size, space) {
  const margin = Math.min(REVEAL_MARGIN_PX, space.width / 8, space.height / 8);
  const start = viewerPoint(transform, { x: box.left, y: box.top });
  const end = viewerPoint(transform, { x: box.right, y: box.bottom });
  const dx = revealAlong(start.x, end.x, space.width, margin);
  const dy = revealAlong(start.y, end.y, space.height, margin);
  return dx || dy ? panBy(transform, dx, dy, size, space) : transform;
}

/** @param {number} start @param {number} end @param {number} room @param {number} margin */
function revealAlong(start, end, room, margin) {
  if (start >= margin && end <= room - margin) return 0;
  return room / 2 - (start + end) / 2;
}

/** @param {Transform} transform @param {Point} at in the viewer @returns {Point} */
export function imagePoint({ zoom, left, top }, at) {
  return { x: (at.x - left) / zoom, y: (at.y - top) / zoom };
}

/** @param {Transform} transform @param {Point} at in the image @returns {Point} */
export function viewerPoint({ zoom, left, top }, at) {
  return { x: at.x * zoom + left, y: at.y * zoom + top };
}

/**
 * The part of the image plane that a space shows.
 *
 * @param {Transform} transform
 * @param {Size} space
 * @returns {Box}
 */
export function boxInSight({ zoom, left, top }, { width, height }) {
  return {
    left: -left / zoom,
    top: -top / zoom,
    right: (width - left) / zoom,
    bottom: (height - top) / zoom,
  };
}
