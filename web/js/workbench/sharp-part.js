/**
 * Which part of an image to fetch in more detail, where the picture of the whole is coarser than the screen. Pure.
 *
 * @import { Box, Size, View } from "../viewer/types.js"
 */

/** A part is fetched this much larger than what is in sight, so that a small step needs no other. */
const ROOM = 2;
/** Side of the least part. */
const LEAST_PX = 1024;
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
  const wanted = Math.min(scale, 1) / TOLERATED; // an image has no more than its own pixels
  if (picture.width / size.width >= wanted) return null;
  const seen = within(box, size);
  if (seen.right <= seen.left || seen.bottom <= seen.top) return null;
  if (part && holds(part.box, seen) && part.width / (part.box.right - part.box.left) >= wanted) return null;
  return within(widened(seen), size);
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

/** @param {Box} box @returns {Box} */
function widened({ left, top, right, bottom }) {
  const across = Math.max((right - left) * (ROOM - 1), LEAST_PX - (right - left)) / 2;
  const down = Math.max((bottom - top) * (ROOM - 1), LEAST_PX - (bottom - top)) / 2;
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
