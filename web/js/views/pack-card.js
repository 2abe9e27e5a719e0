/**
 * What a pack expects and what it answers; on the empty page and in a dialog.
 *
 * @import { Pack, PackClass } from "../types.js"
 */
import { html } from "lit";
import { setProperties } from "./view.js";

/** @param {Pack} pack */
export function expectations(pack) {
  const { expects } = pack;
  const rows = [
    ["Image", expects.text],
    ["Size", expects.size],
    ["Stain", expects.stain],
    ["Not for", expects.not_for],
  ].filter(([, text]) => text);
  return html`<div class="expects">
    ${
      expects.picture
        ? html`<img
            class="expects-picture"
            src=${`packs/${pack.id}/${expects.picture}`}
            alt="Example of a suitable image"
          />`
        : null
    }
    <div class="expects-text">
      <h3>${pack.name}</h3>
      <p class="expects-about">${pack.description}</p>
      <dl class="facts">
        ${rows.map(
          ([term, text]) =>
            html`<dt>${term}</dt>
              <dd>${text}</dd>`,
        )}
        <dt>Classes</dt>
        <dd class="expects-classes">
          ${pack.classes.map((entry) => html`<span>${swatch(entry)} ${entry.name}</span>`)}
        </dd>
      </dl>
      ${pack.notice ? html`<p class="expects-notice">${pack.notice}</p>` : null}
    </div>
  </div>`;
}

/** Colour and letter of a class. @param {PackClass} entry */
export function swatch({ letter, colour }) {
  const properties = setProperties({ "--class-colour": colour, "--class-ink": inkOn(colour) });
  return html`<span class="swatch" aria-hidden="true" ${properties}>${letter}</span>`;
}

/** Dark letters on light colours, as insitu.render draws them. @param {string} colour #rrggbb */
function inkOn(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const luminance = 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2;
  return luminance > 0.18 ? "#111" : "#fff";
}
