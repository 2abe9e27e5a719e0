/**
 * Pictures of all images.
 *
 * @import { Item } from "../types.js"
 */
import { html } from "lit";
import { addressOf } from "../lib/thumbnail.js";
import { squareGrid } from "../lib/virtual-grid.js";
import { visibleItems } from "../selectors.js";
import { marksOf, sayCaption, sayItem, sayShortly, scriptAttributes } from "./item-words.js";
import { renderSign, signOf } from "./decision-sign.js";
import { icon } from "./icon.js";
import { ImageList } from "./image-list.js";
import { setData } from "./view.js";

const MIN_CELL_PX = 130;
const CAPTION_PX = 44;
const GAP_PX = 12;

class Gallery extends ImageList {
  /** @override @param {number} count */
  grid(count) {
    const { width } = this.space;
    return squareGrid({
      count,
      width,
      minCell: MIN_CELL_PX,
      minColumns: 2,
      caption: CAPTION_PX,
      gap: GAP_PX,
    });
  }

  /** @override */
  render() {
    return html`<div class="images-scroll gallery" tabindex="-1">
      <div role="listbox" aria-label="Images" @keydown=${this.onKey} @focusin=${this.onFocus}>
        ${this.renderCells()}
      </div>
    </div>`;
  }

  /** @override @param {Item} item @param {number} index */
  renderCell(item, index) {
    const { state } = this;
    const sign = signOf(item, state);
    return html`<div
      class="card"
      role="option"
      data-testid="result-card"
      data-index=${index}
      tabindex=${this.tabIndexOf(index)}
      aria-selected=${item.id === state.currentId}
      aria-setsize=${visibleItems(state).length}
      aria-posinset=${index + 1}
      aria-label=${sayItem(item, state)}
      title="${sayShortly(item, state)}${"\n"}${item.name}"
      @click=${() => this.open(item)}
      ${setData(scriptAttributes(item, state))}
      ${this.place(index)}
    >
      <div class="card-picture">
        ${
          item.thumbnail
            ? html`<img src=${addressOf(item.thumbnail)} alt="" decoding="async" draggable="false" />`
            : renderWithoutPicture(item)
        }
        <span class="card-marks"
          >${sign && renderSign(sign)}${marksOf(item).map((mark) => html`<span class="mark">${mark}</span>`)}</span
        >
      </div>
      <div class="card-caption">
        <span class="card-answer">${sayCaption(item, state)}</span>
        <span class="card-name">${item.name}</span>
      </div>
    </div>`;
  }
}

/** @param {Item} item */
function renderWithoutPicture({ state, error }) {
  if (state === "failed") return html`<p class="card-error">${icon("circle-alert")} ${error?.message}</p>`;
  if (state === "cancelled") return html`<p class="card-quiet">${icon("ban")}</p>`;
  if (state === "working") return html`<p class="card-quiet card-working"></p>`;
  return html`<p class="card-quiet">${icon("clock-3")}</p>`;
}

customElements.define("insitu-gallery", Gallery);
