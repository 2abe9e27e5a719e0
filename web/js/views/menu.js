/**
 * The menu behind the three dots, as the ARIA practices describe a menu button.
 *
 * @import { PageState } from "../types.js"
 */
import { html } from "lit";
import { undoReview } from "../state-review.js";
import { icon } from "./icon.js";
import { View } from "./view.js";

/** @type {{ label: string, dialog: NonNullable<PageState["dialog"]> }[]} */
const ENTRIES = [
  { label: "About and privacy", dialog: "about" },
  { label: "Keys", dialog: "keys" },
  { label: "Copy details", dialog: "details" },
  { label: "Licences", dialog: "licences" },
];

class Menu extends View {
  static properties = { open: { state: true } };

  constructor() {
    super();
    this.open = false;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.#onOutside);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.#onOutside);
  }

  /** @override */
  render() {
    return html`<div class="menu" @keydown=${this.#onKey}>
      <button
        class="button icon-only quiet"
        id="menu-button"
        aria-haspopup="menu"
        aria-expanded=${this.open}
        aria-label="Menu"
        title="Menu"
        @click=${this.#toggle}
      >
        ${icon("ellipsis")}
      </button>
      ${this.open ? this.#renderEntries() : null}
    </div>`;
  }

  #renderEntries() {
    return html`<div class="menu-list" role="menu" aria-labelledby="menu-button">
      ${ENTRIES.map(
        ({ label, dialog }) =>
          html`<button role="menuitem" tabindex="-1" @click=${() => this.#choose(dialog)}>${label}</button>`,
      )}
      ${
        this.state.reviewSteps.length
          ? html`<button role="menuitem" tabindex="-1" @click=${this.#undoReview}>Undo last review</button>`
          : null
      }
      <a role="menuitem" tabindex="-1" href="speed.html" data-testid="speed-link">Speed test</a>
      <button role="menuitem" tabindex="-1" @click=${this.#checkUpdate}>Check for a new version</button>
    </div>`;
  }

  /** @override @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("open") && this.open) this.#entries()[0]?.focus();
  }

  #entries() {
    return /** @type {HTMLElement[]} */ (Array.from(this.querySelectorAll("[role=menuitem]")));
  }

  #toggle() {
    this.open = !this.open;
  }

  #close() {
    this.open = false;
    /** @type {HTMLElement | null} */ (this.querySelector("#menu-button"))?.focus();
  }

  /** @param {NonNullable<PageState["dialog"]>} dialog */
  #choose(dialog) {
    this.#close();
    this.actions.update((state) => ({ ...state, dialog }));
  }

  #undoReview() {
    this.#close();
    this.actions.update(undoReview);
  }

  #checkUpdate() {
    this.#close();
    this.actions.checkUpdate();
  }

  /** @param {PointerEvent} event */
  #onOutside = (event) => {
    if (this.open && !this.contains(/** @type {Node} */ (event.target))) this.open = false;
  };

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.open) return;
    const entries = this.#entries();
    const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const target = targets[event.key];
    if (target !== undefined) entries.at(target % entries.length)?.focus();
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Tab") this.open = false;
    if (target !== undefined || event.key === "Escape") event.preventDefault();
  }
}

customElements.define("insitu-menu", Menu);
