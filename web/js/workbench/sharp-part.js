/**
 * Which part of an image to fetch in more detail, where the picture of the whole is coarser than the screen. Pure.
 *
 * @import { Box, Size, View } from "../viewer/types.js"
 */

/** A part is fetched this much larger than what is in sight, so that a small step needs no other. */
const ROOM = 2;
/** Sides of the least part, and of the largest picture that an engine draws of one. */
const LEAST_PX = 1024;
const MOST_PX = 4096;
/** Coarser than the screen by less than this is not seen. */
const TOLERATED = 1.1;

/**
 * Pixels of the image, whole; null where the picture is as sharp as the screen, or what is there will do.
 *
 * @param {View} view
 * @param {Size} size of the image
 * @param {Size} picture of the whole image
 * @param {(Size & { box: Box }) | null} part the sharper part that is there
 * @returns {Box | null}
 */
export function partToFetch({ box, scale }, size, picture, part) {
  const seen = within(box, size);
  if (seen.right <= seen.left || seen.bottom <= seen.top) return null;
  const longest = Math.max(seen.right - seen.left, seen.bottom - seen.top);
  // An image has no more than its own pixels, and a drawing no more than it may.
  const wanted = Math.min(scale, 1, MOST_PX / longest) / TOLERATED;
  if (picture.width / size.width >= wanted) return null;
  if (part && holds(part.box, seen) && part.width / (part.box.right - part.box.left) >= wanted) return null;
  const most = Math.max(longest, MOST_PX / Math.min(scale, 1));
  return within(widened(seen, most), size);
}

/** @param {Box} box @param {Size} size @returns {Box} */
function within({ left, top, right, bottom }, { width, height }) {
  return {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  };
}

/** @param {Box} box @param {number} most side @returns {Box} */
function widened({ left, top, right, bottom }, most) {
  const [across, down] = [right - left, bottom - top].map(
    (side) => (Math.min(Math.max(ROOM * side, LEAST_PX), most) - side) / 2,
  );
  if (across === undefined || down === undefined) return { left, top, right, bottom };
  return { left: left - across, top: top - down, right: right + across, bottom: bottom + down };
}

/** @param {Box} outer @param {Box} inner */
function holds(outer, inner) {
  return (
    outer.left <= inner.left &&
    outer.top <= inner.top &&
    outer.right >= inner.right &&
    outer.bottom >= inner.bottom
  );
}
