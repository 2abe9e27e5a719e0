/**
 * The speed test of the page: the pack that is open, the test that runs or ran last, what is kept of it.
 *
 * @import { WireError } from "../engine/protocol.js"
 * @import { Pack } from "../types.js"
 * @import { Spawn } from "./engines.js"
 * @import { Choice, KeptBatch, Trial } from "./types.js"
 *
 * @typedef {{ trial: Trial | null, kept: KeptBatch | null, note: WireError | null }} SpeedState
 *   `kept` is of the pack that is open; `note` says that it could not be kept
 */
import { keepBatch, readKeptBatch } from "../store/batches.js";
import { bestOf, figuresOf } from "./statistics.js";
import { runTrial } from "./trial.js";

export class SpeedTest {
  #options;
  /** @type {{ pack: Pack, model: Blob } | null} */
  #given = null;
  /** @type {AbortController | null} */
  #running = null;
  /** @type {SpeedState} */
  state = { trial: null, kept: null, note: null };

  /**
   * @param {object} options
   * @param {number} options.memoryGib of the machine
   * @param {(state: SpeedState) => void} options.onChange
   * @param {(urls: string[]) => void} options.onNetwork
   * @param {Spawn} [options.spawn]
   */
  constructor(options) {
    this.#options = options;
  }

  get isRunning() {
    return this.#running !== null;
  }

  /** What a pack shelf calls where the other page has its pool. @param {{ pack: Pack, model: Blob }} given */
  async usePack(given) {
    this.#given = given;
    this.#change({ kept: await readKeptBatch(given.pack) });
  }

  /** The pack cannot be had. */
  failPack() {
    this.#given = null;
  }

  /** @param {Choice} choice */
  async start(choice) {
    if (!this.#given || this.#running) return;
    this.#running = new AbortController();
    this.#change({ note: null });
    const { onNetwork, memoryGib, spawn } = this.#options;
    const trial = await runTrial(this.#given, choice, {
      memoryGib,
      onNetwork,
      signal: this.#running.signal,
      onChange: (changed) => this.#change({ trial: changed }),
      ...(spawn && { spawn }),
    });
    if (!trial.cancelled) await this.#keep(trial);
    this.#running = null;
    this.#change({});
  }

  /** End the engines at once; what was measured stays. */
  cancel() {
    this.#running?.abort();
  }

  /** @param {Trial} trial */
  async #keep({ pack, measured }) {
    const best = bestOf(measured);
    if (!best) return;
    const { batch, engines } = best;
    const kept = {
      pack: pack.id,
      sha256: pack.model.sha256,
      batch,
      engines,
      imageMs: figuresOf(best).imageP50,
      at: new Date().toISOString(),
    };
    const note = await keepBatch(kept);
    this.#change(note ? { note } : { kept });
  }

  /** @param {Partial<SpeedState>} change */
  #change(change) {
    this.state = { ...this.state, ...change };
    this.#options.onChange(this.state);
  }
}
