/**
 * The speed test page: what to measure, how far it is, and what came of it.
 *
 * @import { PropertyDeclarations } from "lit"
 * @import { SpeedState } from "./speed-test.js"
 * @import { Choice, Trial } from "./types.js"
 *
 * @typedef {object} Asks what the view may ask for; speed.js gives it
 * @property {(id: string) => void} choosePack
 * @property {(choice: Choice) => void} start
 * @property {() => void} cancel
 * @property {() => void} downloadJson
 * @property {() => void} downloadCsv
 * @property {() => string} describe the device and what runs on it
 */
import { html } from "lit";
import { copyText } from "../lib/clipboard.js";
import { sayOffline, sayReadiness, sayRequests } from "../lib/status.js";
import { icon } from "../views/icon.js";
import { setProperties, View } from "../views/view.js";
import "../views/notices.js";
import { inputSize, LARGEST, RUN_LIMIT_MS } from "./plan.js";
import { renderResults } from "./results.js";
import { formatEngines, sayKept, sayNow } from "./words.js";

const SIZES = Array.from({ length: Math.log2(LARGEST) + 1 }, (_, power) => 2 ** power);
const RUNS = [10, 30, 100];

class SpeedPage extends View {
  /** @type {PropertyDeclarations} */
  static properties = {
    speed: { attribute: false },
    ready: { type: Boolean },
    mostEngines: { attribute: false },
    choice: { attribute: false },
    copied: { state: true },
  };

  constructor() {
    super();
    /** @type {SpeedState} */
    this.speed = { trial: null, kept: null, note: null };
    /** Whether a test can start. */
    this.ready = false;
    this.mostEngines = 1;
    /** @type {Choice} */
    this.choice = { engines: [1], largest: 256, runs: 30 };
    /** What was copied last. */
    this.copied = "";
    this.asks = /** @type {Asks} */ ({});
  }

  #wasRunning = false;

  get #running() {
    return Boolean(this.speed.trial?.now);
  }

  get #startable() {
    return this.ready && this.choice.engines.length > 0;
  }

  /** Start and Cancel take each other's place, and the focus with them. @override */
  updated() {
    if (this.#running === this.#wasRunning) return;
    this.#wasRunning = this.#running;
    const button = /** @type {HTMLElement | null} */ (this.querySelector(".speed-form button"));
    if (document.activeElement === document.body) button?.focus({ preventScroll: true });
  }

  /** @override */
  render() {
    const { state, speed } = this;
    return html`<header class="header">
        <a class="button quiet speed-back" href="./" data-testid="back">${icon("chevron-left")} Insitu</a>
        <h1 class="header-name">Speed test</h1>
      </header>
      <insitu-notices .state=${state} .actions=${this.actions}></insitu-notices>
      <main class="speed">
        <p class="speed-about">
          How long the network of a pack takes on this computer, by how many images go through it at a time.
          It gets noise, so no image is needed.
        </p>
        ${this.#renderForm()} ${this.#renderProgress()}
        ${speed.trial?.measured.length || speed.trial?.stops.length ? this.#renderResults(speed.trial) : null}
        ${this.#renderDevice()}
      </main>
      ${this.#renderFooter()}`;
  }

  #renderForm() {
    const { choice, speed } = this;
    const fixed = this.#running;
    return html`<form class="speed-form" aria-label="What to measure" @submit=${this.#onStart}>
      <div class="speed-fields">
        ${this.#renderPacks()}
        <fieldset class="speed-engines" ?disabled=${fixed}>
          <legend>Engines side by side</legend>
          ${Array.from({ length: this.mostEngines }, (_, index) => this.#renderEngines(index + 1))}
        </fieldset>
        ${this.#renderSelect("Largest batch", "speed-largest", SIZES, choice.largest, (largest) => ({ largest }))}
        ${this.#renderSelect("Runs on each engine", "speed-runs", RUNS, choice.runs, (runs) => ({ runs }))}
      </div>
      <p class="speed-hint">${this.#sayImage()}</p>
      <div class="speed-buttons">
        ${
          fixed
            ? html`<button type="button" class="button" data-testid="speed-cancel" @click=${this.asks.cancel}>
                ${icon("ban")} Cancel
              </button>`
            : html`<button
                class="button ${this.#startable ? "primary" : ""}"
                data-testid="speed-start"
                ?disabled=${!this.#startable}
              >
                ${icon("play")} Start
              </button>`
        }
        ${speed.kept ? html`<p class="speed-hint" data-testid="speed-kept">${sayKept(speed.kept)}</p>` : null}
      </div>
    </form>`;
  }

  #renderPacks() {
    const { state } = this;
    return html`<label class="field">
      <span>Pack</span>
      <select
        data-testid="pack-select"
        ?disabled=${this.#running || !state.packs.length}
        @change=${(/** @type {Event} */ event) => this.asks.choosePack(valueOf(event))}
      >
        ${state.packs.map(
          ({ id, name }) => html`<option value=${id} .selected=${id === state.packId}>${name}</option>`,
        )}
      </select>
    </label>`;
  }

  /** @param {number} count */
  #renderEngines(count) {
    const { engines } = this.choice;
    const change = (/** @type {Event} */ { target }) => {
      const { checked } = /** @type {HTMLInputElement} */ (target);
      const others = engines.filter((other) => other !== count);
      this.#choose({ engines: (checked ? [...others, count] : others).sort((a, b) => a - b) });
    };
    return html`<label class="plot-check">
      <input
        type="checkbox"
        data-testid=${`speed-engines-${count}`}
        aria-label=${formatEngines(count)}
        .checked=${engines.includes(count)}
        @change=${change}
      />
      ${count}
    </label>`;
  }

  /**
   * @param {string} label
   * @param {string} testId
   * @param {number[]} values
   * @param {number} chosen
   * @param {(value: number) => Partial<Choice>} toChoice
   */
  #renderSelect(label, testId, values, chosen, toChoice) {
    return html`<label class="field">
      <span>${label}</span>
      <select
        data-testid=${testId}
        ?disabled=${this.#running}
        @change=${(/** @type {Event} */ event) => this.#choose(toChoice(Number(valueOf(event))))}
      >
        ${values.map((value) => html`<option value=${value} .selected=${value === chosen}>${value}</option>`)}
      </select>
    </label>`;
  }

  /** @param {Partial<Choice>} change */
  #choose(change) {
    this.choice = { ...this.choice, ...change };
  }

  #sayImage() {
    const { pack } = this.state;
    const size = pack && inputSize(pack);
    const images = size
      ? `Images of ${size.width} × ${size.height} pixels, as this pack's network gets them. `
      : "";
    return `${images}Sizes double until a run takes more than ${RUN_LIMIT_MS / 1000} s or the memory ends. Keep this tab in front.`;
  }

  /** @param {SubmitEvent} event */
  #onStart = (event) => {
    event.preventDefault();
    this.asks.start(this.choice);
  };

  #renderProgress() {
    const now = this.speed.trial?.now ?? null;
    const loading = this.ready ? null : sayReadiness(this.state);
    const fraction = now?.fraction ?? loading?.fraction ?? 0;
    return html`<div
      class="speed-progress"
      data-testid="speed-state"
      data-state=${now ? "working" : this.ready ? "ready" : "loading"}
      ?hidden=${!now && !loading}
    >
      <p class="figure">${now ? sayNow(now).join(" · ") : loading?.text}</p>
      <div
        class="speed-bar"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(100 * fraction)}
      >
        <span class="progress-fill" ${setProperties({ "--part": String(fraction) })}></span>
      </div>
    </div>`;
  }

  /** @param {Trial} trial */
  #renderResults(trial) {
    return html`<section class="speed-results" aria-label="Results">
      ${renderResults(trial)}
      ${this.speed.note ? html`<p class="speed-stop">${this.speed.note.message}</p>` : null}
      <div class="speed-buttons">
        ${["CSV", "JSON"].map(
          (kind) =>
            html`<button
              class="button"
              data-testid=${`speed-${kind.toLowerCase()}`}
              ?disabled=${!trial.measured.length}
              @click=${kind === "CSV" ? this.asks.downloadCsv : this.asks.downloadJson}
            >
              ${icon("download")} ${kind}
            </button>`,
        )}
      </div>
    </section>`;
  }

  #renderDevice() {
    const text = this.asks.describe?.() ?? "";
    return html`<section class="speed-device" aria-labelledby="device-title">
      <h2 id="device-title">This device</h2>
      <pre class="details" tabindex="0" aria-label="Details" data-testid="details">${text}</pre>
      <button class="button" data-testid="copy-details" @click=${() => void this.#copy(text)}>
        ${text && this.copied === text ? "Copied" : "Copy"}
      </button>
    </section>`;
  }

  /** @param {string} text */
  async #copy(text) {
    if (await copyText(text, this.querySelector(".details"))) this.copied = text;
  }

  #renderFooter() {
    const { state } = this;
    return html`<footer class="footer speed-footer">
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
      </div>
    </footer>`;
  }
}

/** @param {Event} event of a select */
function valueOf(event) {
  return /** @type {HTMLSelectElement} */ (event.target).value;
}

customElements.define("insitu-speed", SpeedPage);

export { SpeedPage };
