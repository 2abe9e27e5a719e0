/**
 * The whole page: where each view stands, what the keyboard does everywhere, and dropping.
 *
 * @import { Scan } from "../scan/types.js"
 */
import { html } from "lit";
import { findsObjects } from "../lib/objects.js";
import { visibleItems } from "../selectors.js";
import { itemById } from "../state-items.js";
import { hooksOf } from "../scan/view.js";
import { reviewByKey, sayLastReview } from "./review-keys.js";
import { setData, View } from "./view.js";
import "../workbench/workbench.js";
import "./detail.js";
import "./dialogs.js";
import "./filters.js";
import "./footer.js";
import "./gallery.js";
import "./header.js";
import "./notices.js";
import "./start.js";
import "./table.js";
import "./toolbar.js";

class App extends View {
  static properties = { dragging: { state: true } };

  constructor() {
    super();
    this.dragging = false;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("dragenter", this.#onDrag);
    window.addEventListener("dragover", this.#onDrag);
    window.addEventListener("dragleave", this.#onLeave);
    window.addEventListener("drop", this.#onDrop);
    document.addEventListener("paste", this.#onPaste);
    document.addEventListener("keydown", this.#onKey);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("dragenter", this.#onDrag);
    window.removeEventListener("dragover", this.#onDrag);
    window.removeEventListener("dragleave", this.#onLeave);
    window.removeEventListener("drop", this.#onDrop);
    document.removeEventListener("paste", this.#onPaste);
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @override */
  render() {
    const { state, actions, covered } = this;
    this.toggleAttribute("data-stained", Boolean(state.pack?.expects.stain));
    return html`
      <insitu-header ?inert=${covered} .state=${state} .actions=${actions}></insitu-header>
      <insitu-notices .state=${state} .actions=${actions}></insitu-notices>
      ${state.scan ? this.#renderScan(state.scan) : state.items.length ? this.#renderWork() : this.#renderStart()}
      <insitu-footer ?inert=${covered} .state=${state} .actions=${actions}></insitu-footer>
      <p class="visually-hidden" role="status" data-testid="review-said">${sayLastReview(state)}</p>
      <insitu-dialogs .state=${state} .actions=${actions}></insitu-dialogs>
      <div class="drop-veil" ?hidden=${!this.dragging} aria-hidden="true">
        <p>Drop images, folders or ZIP archives</p>
      </div>
    `;
  }

  /** Whether the sheet of one image lies over everything else, as on narrow screens. */
  get covered() {
    return this.state.detailOpen && matchMedia("(max-width: 719px)").matches;
  }

  #renderStart() {
    const { state, actions } = this;
    return html`<main class="frame-start">
      <insitu-start .state=${state} .actions=${actions}></insitu-start>
    </main>`;
  }

  #renderWork() {
    const { state, actions, covered } = this;
    return html`<main class="frame-work" ?data-detail=${state.detailOpen}>
      <insitu-filters ?inert=${covered} .state=${state} .actions=${actions}></insitu-filters>
      <section class="frame-images" aria-label="Images" ?inert=${covered}>
        <insitu-toolbar .state=${state} .actions=${actions}></insitu-toolbar>
        ${
          state.view === "gallery"
            ? html`<insitu-gallery .state=${state} .actions=${actions}></insitu-gallery>`
            : html`<insitu-table .state=${state} .actions=${actions}></insitu-table>`
        }
        ${visibleItems(state).length ? null : html`<p class="frame-none">No image passes the filter.</p>`}
      </section>
      ${state.detailOpen ? this.#renderDetail() : null}
    </main>`;
  }

  /** @param {Scan} scan */
  #renderScan(scan) {
    const { state, actions } = this;
    return html`<main class="frame-scan">
      <insitu-scan
        data-testid="scan"
        ${setData(hooksOf(scan))}
        .state=${state}
        .actions=${actions}
      ></insitu-scan>
    </main>`;
  }

  /** An image with objects has the whole page; others a sheet. */
  #renderDetail() {
    const { state, actions } = this;
    const item = state.currentId === null ? undefined : itemById(state, state.currentId);
    return item && findsObjects(state.pack) && item.state !== "failed" && item.state !== "cancelled"
      ? html`<insitu-workbench .state=${state} .actions=${actions}></insitu-workbench>`
      : html`<insitu-detail .state=${state} .actions=${actions}></insitu-detail>`;
  }

  /** @param {DragEvent} event */
  #onDrag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.dragging = true;
  };

  /** @param {DragEvent} event */
  #onLeave = (event) => {
    if (event.relatedTarget === null) this.dragging = false;
  };

  /** @param {DragEvent} event */
  #onDrop = (event) => {
    this.dragging = false;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.actions.drop(event.dataTransfer);
  };

  /** @param {ClipboardEvent} event */
  #onPaste = (event) => {
    if (event.clipboardData?.files.length) this.actions.drop(event.clipboardData);
  };

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (event.key === "?") this.actions.update((state) => ({ ...state, dialog: "keys" }));
    else if (event.key === "Escape" && this.state.detailOpen && !this.state.dialog) {
      this.actions.update((state) => ({ ...state, detailOpen: false }));
    } else reviewByKey(event, this.state, this.actions);
  };
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=range], [type=checkbox]), textarea, select")
  );
}

customElements.define("insitu-app", App);
