/** @import { Space } from "./types.js" */

/**
 * Tell the size of a canvas in CSS pixels, now and whenever it changes.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {(space: Space) => void} hear
 * @returns {() => void} ends it
 */
export function observeSpace(canvas, hear) {
  const observer = new ResizeObserver(([entry]) => {
    if (entry) hear(spaceOf(entry));
  });
  // Safari, as of version 18, does not tell device pixels; then half a pixel may be missing.
  const exact = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype;
  observer.observe(canvas, { box: exact ? "device-pixel-content-box" : "content-box" });
  return () => observer.disconnect();
}

/** @param {ResizeObserverEntry} entry @returns {Space} */
function spaceOf({ contentRect: { width, height }, devicePixelContentBoxSize }) {
  const { devicePixelRatio } = window;
  const device = devicePixelContentBoxSize?.[0]?.inlineSize ?? 0;
  // Chromium tells the real screen's pixels where the tools for developers pretend to be another.
  const isNear = width > 0 && Math.abs(device - width * devicePixelRatio) < 1;
  return { width, height, ratio: isNear ? device / width : devicePixelRatio };
}
