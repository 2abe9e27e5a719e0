/**
 * One image in full: what Python drew, every class's probability, or why it failed.
 *
 * @import { PropertyValues } from "lit"
 * @import { Drawing, Item } from "../types.js"
 * @import { ImageList } from "./image-list.js"
 */
import { html } from "lit";
import { addressOf } from "../lib/thumbnail.js";
import { itemById } from "../state-items.js";
import { icon } from "./icon.js";
import { factsOf } from "./item-facts.js";
import { sayShortly } from "./item-words.js";
import { renderContrast, renderPlanes } from "./planes.js";
import { renderReview } from "./review-panel.js";
import { renderSteps, stepTo } from "./step-buttons.js";
import { View } from "./view.js";

class Detail extends View {
  static properties = { drawing: { state: true } };

  /** @type {AbortController | null} */
  #drawing = null;
  /** What is drawn or being drawn. @type {Pick<Item, "id" | "probabilities" | "contrast"> | null} */
  #drawnFor = null;

  constructor() {
    super();
    /** `address` is the object URL of the drawing. @type {(Omit<Drawing, "png"> & { address: string }) | null} */
    this.drawing = null;
  }

  get item() {
    return this.state.currentId === null ? undefined : itemById(this.state, this.state.currentId);
  }

  /** @override */
  firstUpdated() {
    this.#sheet.focus({ preventScroll: true });
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#forgetDrawing();
    this.#drawnFor = null;
    /** @type {ImageList | null} */ (document.querySelector("insitu-gallery, insitu-table"))?.focusCurrent();
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    if (changed.has("state") && this.#isAnother(this.item)) this.#draw();
  }

  /** Whether it is not what is drawn. @param {Item | undefined} item */
  #isAnother(item) {
    const drawn = this.#drawnFor;
    if (!item || !drawn || item.id !== drawn.id) return item !== undefined || drawn !== null;
    // While another plane is analysed, the one before stays in sight.
    const waits = item.probabilities === null && (item.state === "queued" || item.state === "working");
    return !waits && (item.probabilities !== drawn.probabilities || item.contrast !== drawn.contrast);
  }

  get #sheet() {
    return /** @type {HTMLElement} */ (this.querySelector(".detail"));
  }

  /** @override */
  render() {
    const { item } = this;
    if (!item) return null;
    return html`<section
      class="detail"
      role="dialog"
      aria-label="Image in full"
      tabindex="-1"
      @keydown=${this.#onKey}
    >
      <header class="detail-head">
        ${renderSteps(item, this.state, this.actions)}
        <button
          class="button icon-only quiet detail-close"
          aria-label="Close"
          title="Close"
          @click=${this.#close}
        >
          ${icon("x")}
        </button>
      </header>
      <div class="detail-body">
        ${this.#renderPicture(item)}
        <h2 class="detail-name">${item.name}</h2>
        <p class="detail-facts">${factsOf(item).join(" · ")}</p>
        ${renderPlanes(item, this.actions)}
        ${item.state === "done" ? renderContrast(item, this.drawing, this.actions) : null}
        ${item.state === "done" ? renderReview(item, this.state, this.actions) : this.#renderState(item)}
      </div>
    </section>`;
  }

  /** @param {Item} item */
  #renderPicture(item) {
    const address = this.drawing?.address ?? (item.thumbnail && addressOf(item.thumbnail));
    if (!address) return null;
    return html`<div class="detail-picture" ?data-waiting=${!this.drawing}>
      <img
        data-testid="overlay"
        data-drawn=${Boolean(this.drawing)}
        src=${address}
        alt=${sayShortly(item, this.state)}
      />
    </div>`;
  }

  /** @param {Item} item */
  #renderState(item) {
    const open = item.state === "queued" || item.state === "working";
    return html`<p class="detail-state">
        ${item.state === "failed" ? icon("circle-alert") : null}
        <span>${item.error?.message ?? sayShortly(item, this.state)}</span>
      </p>
      ${
        open
          ? null
          : html`<button class="button" @click=${() => this.actions.tryAgain([item.id])}>
              ${icon("rotate-ccw")} Try again
            </button>`
      }
      ${item.error ? html`<p class="detail-code">${item.error.code}</p>` : null}`;
  }

  #draw() {
    const { item } = this;
    if (item?.id === this.#drawnFor?.id) this.#drawing?.abort();
    else this.#forgetDrawing();
    this.#drawnFor = item
      ? { id: item.id, probabilities: item.probabilities, contrast: item.contrast }
      : null;
    if (!item?.probabilities) return this.#forgetDrawing();
    const drawing = new AbortController();
    this.#drawing = drawing;
    this.actions.drawOverlay(item, drawing.signal).then(
      ({ png, ...levels }) => {
        if (drawing.signal.aborted) return;
        this.#forgetDrawing();
        this.drawing = { ...levels, address: URL.createObjectURL(png) };
      },
      () => {}, // the thumbnail stays; a broken engine is reported where it concerns an item
    );
  }

  #forgetDrawing() {
    this.#drawing?.abort();
    if (this.drawing) URL.revokeObjectURL(this.drawing.address);
    this.drawing = null;
  }

  #close() {
    this.actions.update((state) => ({ ...state, detailOpen: false }));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in steps) {
      event.preventDefault();
      stepTo(steps[/** @type {keyof typeof steps} */ (event.key)], this.actions);
    } else if (event.key === " " && event.target === this.#sheet) {
      event.preventDefault();
      this.#close();
    }
  }
}

customElements.define("insitu-detail", Detail);
