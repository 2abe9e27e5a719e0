/**
 * Scrolling over more than an element may be high. Firefox ends at about 17.9 million px, and positions
 * beyond 8 million lose half pixels in 32 bit floats; a longer list is scrolled on a shorter scale.
 *
 * @import { Grid } from "../lib/virtual-grid.js"
 */
const MOST_PX = 8_000_000;

/** Height of the content in the document. @param {Grid} grid */
export function contentHeight(grid) {
  return Math.min(grid.height, MOST_PX);
}

/** The place in the list that is at the top of the view. @param {Grid} grid @param {number} scrollTop @param {number} viewHeight */
export function listTop(grid, scrollTop, viewHeight) {
  return scrollTop * ratio(grid, viewHeight);
}

/** Where to scroll to for a place in the list. @param {Grid} grid @param {number} top @param {number} viewHeight */
export function scrollTopFor(grid, top, viewHeight) {
  return top / ratio(grid, viewHeight);
}

/** @param {Grid} grid @param {number} viewHeight */
function ratio(grid, viewHeight) {
  const room = contentHeight(grid) - viewHeight;
  return grid.height > MOST_PX && room > 0 ? (grid.height - viewHeight) / room : 1;
}
