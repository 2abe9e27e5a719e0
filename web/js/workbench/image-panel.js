/**
 * Beside the image: what is known of the file, which plane is shown, and the size of objects.
 *
 * @import { Actions, Drawing, Item } from "../types.js"
 */
import { html } from "lit";
import { objectsOf } from "../lib/objects.js";
import { factsOf } from "../views/item-facts.js";
import { renderContrast, renderPlanes } from "../views/planes.js";

/**
 * @param {Item} item
 * @param {Pick<Drawing, "contrast" | "range"> | null} drawing
 * @param {Actions} actions
 */
export function renderImagePanel(item, drawing, actions) {
  return html`<div class="image-panel">
    <p class="detail-facts">${factsOf(item).join(" · ")}</p>
    ${renderDiameter(item, actions)} ${renderPlanes(item, actions)} ${renderContrast(item, drawing, actions)}
  </div>`;
}

/** @param {Item} item @param {Actions} actions */
function renderDiameter(item, actions) {
  const objects = objectsOf(item);
  if (!objects) return html`<p class="detail-facts">Looking again.</p>`;
  const found = objects.diameter === null ? "" : objects.diameter.toFixed(1);
  return html`<form
    class="diameter"
    @submit=${(/** @type {SubmitEvent} */ event) => submit(event, item, actions)}
  >
    <label class="field">
      <span>Usual diameter of an object, in pixels</span>
      <input
        name="diameter"
        type="number"
        data-testid="diameter"
        min="1"
        max="1000"
        step="any"
        required
        .value=${item.diameter === null ? found : String(item.diameter)}
        @keydown=${(/** @type {Event} */ event) => event.stopPropagation()}
      />
    </label>
    <p class="detail-facts">
      ${
        item.diameter === null
          ? `Estimated. The image was scaled by ${Number(objects.scale.toPrecision(3))} for the analysis.`
          : `Given by hand. The objects found measure ${found || "nothing"}${found ? " pixels" : ""}.`
      }
    </p>
    <div class="diameter-buttons">
      <button class="button" data-testid="diameter-apply">Look again with this size</button>
      ${
        item.diameter === null
          ? null
          : html`<button
              class="button quiet"
              type="button"
              data-testid="diameter-estimate"
              @click=${() => actions.setDiameter(item.id, null)}
            >
              Estimate
            </button>`
      }
    </div>
    ${
      item.corrections.length
        ? html`<p class="detail-facts">Looking again gives up your corrections of this image.</p>`
        : null
    }
  </form>`;
}

/** @param {SubmitEvent} event @param {Item} item @param {Actions} actions */
function submit(event, item, actions) {
  event.preventDefault();
  const value = Number(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("diameter"));
  if (value > 0) actions.setDiameter(item.id, value);
}
