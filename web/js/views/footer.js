/** The foot of the page: how far the work is, what can be done with it, what reached the network. */
import { html } from "lit";
import { findsObjects, readsScans } from "../lib/objects.js";
import { sortsIntoClasses } from "../lib/review.js";
import { sayEngineState, sayOffline, sayProgress, sayRequests } from "../lib/status.js";
import { engineState, workOf } from "../selectors.js";
import { icon } from "./icon.js";
import { setProperties, View } from "./view.js";

class Footer extends View {
  /** @override */
  render() {
    const { state } = this;
    const { total, settled, running } = workOf(state);
    const engine = sayEngineState(state);
    const fraction = total && (running || !engine.fraction) ? settled / total : engine.fraction;
    const parts = sayProgress(state);
    return html`<footer class="footer">
      <div
        class="progress"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin="0"
        aria-valuemax=${total}
        aria-valuenow=${settled}
        ?data-idle=${engine.fraction === null && !running}
        data-testid="progress"
        data-done=${settled}
        data-total=${total}
      >
        <span class="progress-fill" ${setProperties({ "--part": String(fraction ?? 0) })}></span>
      </div>
      <div class="footer-work">
        <p class="footer-state" data-testid="engine-state" data-state=${engineState(state)}>
          <span class="state-dot" aria-hidden="true"></span>
          <span>${engine.text}</span>
        </p>
        <p class="footer-progress figure">${parts.join(" · ")}</p>
        ${this.#renderButtons()}
      </div>
      <div class="footer-facts">
        <span class="figure" data-testid="request-count" data-count=${state.requests ?? ""}
          >${sayRequests(state)}</span
        >
        <span
          data-testid="offline-state"
          data-state=${state.offline.kind}
          title=${state.offline.message ?? ""}
          >${sayOffline(state)}</span
        >
        <span class="footer-version">${this.#sayVersion()}</span>
      </div>
      <p class="visually-hidden" role="status">${this.#announce()}</p>
    </footer>`;
  }

  #renderButtons() {
    const { state, actions } = this;
    const { running, total } = workOf(state);
    const { paused } = state.pool;
    return html`<div class="footer-buttons">
      ${this.#renderButton("pause", paused ? "Resume" : "Pause", paused ? "play" : "pause", running, () =>
        paused ? actions.resume() : actions.pause(),
      )}
      ${this.#renderButton("cancel", "Cancel", "ban", running, actions.cancel)}
      ${this.#renderButton("clear", "Clear", "trash-2", total > 0, actions.clear)}
      ${readsScans(state.pack) ? state.zip && this.#renderZip(state.zip) : this.#renderExports(running)}
    </div>`;
  }

  /** @param {boolean} running */
  #renderExports(running) {
    const { state, actions } = this;
    return html`<span class="footer-exports" role="group" aria-label="Export">
      ${state.zip ? this.#renderZip(state.zip) : this.#renderStartZip()}
      ${findsObjects(state.pack) ? this.#renderObjects() : null}
      ${sortsIntoClasses(state.pack) ? this.#renderSummary() : null}
      <button
        class="button ${state.counts.done && !running ? "primary" : ""}"
        data-testid="download-csv"
        title="A table with one row an image"
        ?disabled=${!state.items.length}
        @click=${actions.downloadCsv}
      >
        ${icon("download")} ${findsObjects(state.pack) ? "Images" : "CSV"}
      </button>
    </span>`;
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {Parameters<typeof icon>[0]} picture
   * @param {boolean} enabled
   * @param {() => void} act
   */
  #renderButton(id, label, picture, enabled, act) {
    return html`<button
      class="button icon-when-narrow"
      data-testid=${id}
      title=${label}
      ?disabled=${!enabled}
      @click=${act}
    >
      ${icon(picture)}<span>${label}</span>
    </button>`;
  }

  #renderStartZip() {
    const objects = findsObjects(this.state.pack);
    return html`<button
      class="button"
      data-testid="download-overlays"
      title=${
        objects
          ? "A ZIP of label images, ImageJ ROIs, GeoJSON for QuPath, overlays, tables and COCO"
          : "A ZIP of PNGs with the answers drawn over the images"
      }
      ?disabled=${!this.state.counts.done}
      @click=${this.actions.downloadZip}
    >
      ${icon(objects ? "package" : "images")} ${objects ? "All files" : "Overlays"}
    </button>`;
  }

  #renderSummary() {
    return html`<button
      class="button"
      data-testid="download-summary"
      title="A table that compares folders: how many images each class has in every top-level folder, and its share"
      ?disabled=${!this.state.counts.done}
      @click=${this.actions.downloadSummary}
    >
      ${icon("chart-column")} Summary
    </button>`;
  }

  #renderObjects() {
    return html`<button
      class="button"
      data-testid="download-objects"
      title="A table with one row an object"
      ?disabled=${!this.state.counts.done}
      @click=${this.actions.downloadObjects}
    >
      ${icon("download")} Objects
    </button>`;
  }

  /** @param {{ done: number, total: number }} zip */
  #renderZip({ done, total }) {
    return html`<button
      class="button"
      data-testid="cancel-overlays"
      title="Stop making files"
      aria-label=${`Stop making files, ${done} of ${total} done`}
      @click=${this.actions.cancelZip}
    >
      ${icon("x")} <span class="figure">${done} / ${total}</span>
    </button>`;
  }

  #sayVersion() {
    const info = this.actions.engineInfo?.();
    return info ? `Insitu ${info.insitu}` : "";
  }

  /** Only what a listener wants to hear: the end of a step, not every image. */
  #announce() {
    const { state } = this;
    if (engineState(state) === "failed") return "";
    const { total, running } = workOf(state);
    if (!total) return engineState(state) === "ready" ? "Ready" : "";
    return running ? "Analysing" : sayProgress(state).join(", ");
  }
}

customElements.define("insitu-footer", Footer);
