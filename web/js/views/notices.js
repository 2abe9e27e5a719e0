/** What concerns the whole page: it cannot go on, a new version waits, something was skipped. */
import { html } from "lit";
import { formatNumber } from "../lib/format.js";
import { engineState } from "../selectors.js";
import { dropNote } from "../state.js";
import { icon } from "./icon.js";
import { View } from "./view.js";

class Notices extends View {
  /** @override */
  render() {
    const { state } = this;
    return html`<div class="notices">
      <div role="alert">${this.#renderBlocked()}</div>
      <div role="status">
        ${state.offline.updateWaiting ? this.#renderUpdate() : null}
        ${state.notes.map(
          ({ id, text }) =>
            html`<div class="notice">
              <span>${text}</span>
              <button
                class="button icon-only quiet"
                aria-label="Dismiss"
                title="Dismiss"
                @click=${() => this.actions.update((before) => dropNote(before, id))}
              >
                ${icon("x")}
              </button>
            </div>`,
        )}
        ${state.cleared ? this.#renderUndo(formatNumber(state.cleared.items.length, "image")) : null}
        ${state.clearedScan ? this.#renderUndo("Scan") : null}
      </div>
    </div>`;
  }

  #renderBlocked() {
    const { state, actions } = this;
    if (engineState(state) !== "failed") return null;
    const error = state.blocked ?? state.pool.error;
    const hopeless = error?.code === "browser/unsupported";
    return html`<div class="notice bad">
      ${icon("circle-alert")}
      <span>${error?.message ?? "The engine could not be started."}</span>
      ${
        hopeless
          ? null
          : html`<button class="button" @click=${actions.restart}>${icon("rotate-ccw")} Try again</button>`
      }
    </div>`;
  }

  #renderUpdate() {
    return html`<div class="notice">
      <span>A new version of this page is on your device.</span>
      <button class="button" data-testid="take-update" @click=${this.actions.takeUpdate}>Use it now</button>
    </div>`;
  }

  /** @param {string} what */
  #renderUndo(what) {
    return html`<div class="notice">
      <span>${what} cleared.</span>
      <button class="button" data-testid="undo" @click=${this.actions.undoClear}>
        ${icon("undo-2")} Undo
      </button>
    </div>`;
  }
}

customElements.define("insitu-notices", Notices);
