/**
 * The dialogs behind the menu: about, keys, licences, details, and what a pack expects.
 *
 * @import { PropertyValues } from "lit"
 * @import { Pack } from "../types.js"
 */
import { html } from "lit";
import { copyText } from "../lib/clipboard.js";
import { readsScans } from "../lib/objects.js";
import { PRIVACY } from "../lib/privacy.js";
import { sortsIntoClasses } from "../lib/review.js";
import { icon } from "./icon.js";
import { expectations } from "./pack-card.js";
import { REVIEW_KEYS } from "./review-keys.js";
import { View } from "./view.js";

const KEYS = [
  ["Arrows, Home, End, Page up, Page down", "Move through the images"],
  ["Space, Enter", "Open the image in full"],
  ["Left, Right", "Previous and next image, while one is open"],
  ["Esc", "Close"],
  ["Ctrl V", "Add the image on the clipboard"],
  ["?", "This list"],
];

/** Where a scan is looked at. */
const SCAN_KEYS = [
  ["Arrows, wheel", "Next and previous slice, in the view that has the focus"],
  ["Page up, Page down", "Ten slices on"],
  ["Home, End", "Slice at the feet, slice at the head"],
  ["Tab", "To the views, and to the edges of the box as figures"],
  ["?", "This list"],
];

/** @param {Pack | null} pack */
function keysOf(pack) {
  if (readsScans(pack)) return SCAN_KEYS;
  return sortsIntoClasses(pack) ? [...KEYS.slice(0, -1), ...REVIEW_KEYS, ...KEYS.slice(-1)] : KEYS;
}

class Dialogs extends View {
  static properties = { copied: { state: true } };

  constructor() {
    super();
    this.copied = false;
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    const dialog = this.querySelector("dialog");
    if (!changed.has("state") || !dialog) return;
    if (this.state.dialog && !dialog.open) {
      this.copied = false;
      dialog.showModal();
    } else if (!this.state.dialog && dialog.open) dialog.close();
  }

  /** @override */
  render() {
    const { dialog } = this.state;
    const { title, body } = dialog ? this.#contents()[dialog]() : { title: "", body: null };
    return html`<dialog
      class="dialog"
      aria-labelledby="dialog-title"
      @close=${this.#close}
      @click=${this.#onBackdrop}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id="dialog-title">${title}</h2>
          <button class="button icon-only quiet" aria-label="Close" title="Close" @click=${this.#close}>
            ${icon("x")}
          </button>
        </header>
        ${body}
      </div>
    </dialog>`;
  }

  #contents() {
    const { pack } = this.state;
    return {
      about: () => ({ title: "About Insitu", body: this.#renderAbout() }),
      keys: () => ({ title: "Keys", body: renderPairs(keysOf(pack)) }),
      licences: () => ({ title: "Licences", body: this.#renderLicences() }),
      details: () => ({ title: "Details for a report", body: this.#renderDetails() }),
      pack: () => ({ title: "What this analysis expects", body: pack ? expectations(pack) : null }),
    };
  }

  #renderAbout() {
    return html`<p>
        Insitu looks at images where they are: in this tab. Python prepares and draws them, and a network
        trained beforehand gives the answers.
      </p>
      <p data-testid="privacy">${PRIVACY}</p>
      <p>After the first visit the page opens and works without a network.</p>`;
  }

  #renderDetails() {
    const text = this.actions.details();
    return html`<p>Versions, machine and errors. No pixels, no file names.</p>
      <pre class="details" tabindex="0" data-testid="details">${text}</pre>
      <button class="button primary" @click=${() => void this.#copy(text)}>
        ${this.copied ? "Copied" : "Copy"}
      </button>`;
  }

  #renderLicences() {
    const { pack } = this.state;
    return html`<p>Insitu is under the MIT licence.</p>
      ${pack ? html`<p>The pack ${pack.name} is under ${pack.licence}.</p>` : null}
      <p>
        The page carries Python (Pyodide), NumPy, Pillow, imagecodecs, onnxruntime-web, lit, idb, client-zip
        and Lucide icons.
        <a href="THIRD-PARTY.txt" target="_blank">Names, versions and licences of all of them</a>
      </p>`;
  }

  /** @param {string} text */
  async #copy(text) {
    this.copied = await copyText(text, this.querySelector(".details"));
  }

  #close() {
    if (this.state.dialog) this.actions.update((state) => ({ ...state, dialog: null }));
  }

  /** @param {MouseEvent} event */
  #onBackdrop(event) {
    if (event.target instanceof HTMLDialogElement) this.#close();
  }
}

/** @param {string[][]} pairs */
function renderPairs(pairs) {
  return html`<dl class="facts">
    ${pairs.map(
      ([term, text]) =>
        html`<dt>${term}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`;
}

customElements.define("insitu-dialogs", Dialogs);
