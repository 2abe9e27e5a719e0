/**
 * What stands around the canvas: the scale bar, the zoom, and what keys do.
 *
 * @import { Spacing } from "./types.js"
 *
 * @typedef {object} ZoomActions
 * @property {() => void} fit
 * @property {(zoom: number) => void} zoomTo
 * @property {() => void} zoomIn
 * @property {() => void} zoomOut
 */
import { html } from "lit";
import { setProperties } from "../views/view.js";
import { scaleBar } from "./scale-bar.js";
import { formatZoom } from "./words.js";

const BAR_ROOM_PX = 120;

/**
 * @param {number} zoom
 * @param {Spacing | null} spacing
 * @param {ZoomActions} actions
 */
export function renderFoot(zoom, spacing, actions) {
  return html`<div class="viewer-foot">
    ${spacing ? renderBar(zoom, spacing) : null}
    <div class="viewer-zoom" role="group" aria-label="Zoom">
      ${renderButton("Zoom out", "viewer-zoom-out", "−", actions.zoomOut)}
      <span class="viewer-figure figure" data-testid="viewer-zoom">${formatZoom(zoom)}</span>
      ${renderButton("Zoom in", "viewer-zoom-in", "+", actions.zoomIn)}
      ${renderButton("1:1, zoom to 100 %", "viewer-one", "1:1", () => actions.zoomTo(1))}
      ${renderButton("Fit the whole image", "viewer-fit", "Fit", actions.fit)}
    </div>
  </div>`;
}

/** @param {number} zoom @param {Spacing} spacing */
function renderBar(zoom, spacing) {
  const bar = scaleBar(spacing, zoom, BAR_ROOM_PX);
  if (!bar) return null;
  return html`<div class="viewer-bar figure" role="img" aria-label=${`Scale bar: ${bar.text}`}>
    <span class="viewer-bar-line" ${setProperties({ width: `${bar.width}px` })}></span>
    <span data-testid="viewer-bar">${bar.text}</span>
  </div>`;
}

/** @param {string} label @param {string} testId @param {string} sign @param {() => void} act */
function renderButton(label, testId, sign, act) {
  return html`<button
    class="viewer-button"
    data-testid=${testId}
    aria-label=${label}
    title=${label}
    @click=${act}
  >
    ${sign}
  </button>`;
}

/** @param {string} id */
export function renderDescription(id) {
  return html`<p class="visually-hidden" id=${id}>
    Arrow keys move the image, plus and minus zoom, 0 fits it. N and P go to the next and the previous object,
    Enter chooses it.
  </p>`;
}
