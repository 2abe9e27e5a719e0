/**
 * What the colours of values mean: the scale with its ends, and the colour of what has no value.
 */
import { html } from "lit";
import { setProperties } from "../views/view.js";
import { cividisStyle } from "./cividis.js";
import { NO_VALUE } from "./colours.js";

const STOPS = Array.from({ length: 17 }, (_, i) => cividisStyle(i / 16)).join(", ");
const MISSING = `rgb(${NO_VALUE.join(" ")})`;

/**
 * @param {object} scale
 * @param {string} scale.title of the value, for example "Area"
 * @param {string} scale.unit "" where there is none
 * @param {string} scale.low figure at the lower end
 * @param {string} scale.high
 * @param {boolean} [scale.missing] whether some objects have no value
 */
export function renderScale({ title, unit, low, high, missing = false }) {
  return html`<div class="colour-scale" data-testid="colour-scale">
    <span class="colour-scale-title">${title}${unit ? ` (${unit})` : ""}</span>
    <span
      class="colour-scale-bar"
      role="img"
      aria-label=${`Colours of ${title} from ${low} to ${high} ${unit}`.trim()}
      ${setProperties({ "--scale-stops": STOPS })}
    ></span>
    <span class="colour-scale-ends figure"><span>${low}</span><span>${high}</span></span>
    ${
      missing
        ? html`<span class="colour-scale-missing">
            <span class="colour-scale-swatch" ${setProperties({ "--scale-colour": MISSING })}></span>No value
          </span>`
        : null
    }
  </div>`;
}
