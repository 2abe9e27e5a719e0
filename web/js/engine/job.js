/**
 * One thing the pool has promised: it settles exactly once, whatever happens to the engine under it.
 */
import { InsituError } from "./errors.js";

/**
 * @typedef {import("./client.js").Engine} Engine
 * @typedef {import("./pool-types.js").ItemState} ItemState
 *
 * @typedef {object} JobOptions
 * @property {"analyse" | "ask" | "open"} kind
 * @property {string | null} pack id of the pack it needs; null: the first one there will be
 * @property {(engine: Engine, signal: AbortSignal) => Promise<any>} start does the work on an engine that has the pack open
 * @property {() => void} [readAhead] begins to read what `start` will send
 * @property {number} [readsAhead] of how many jobs behind it the reading begins with it; by default 1
 * @property {(state: ItemState) => void} [onState]
 */

/** @template Result */
export class Job {
  /** @type {(result: Result) => void} */
  #resolve = () => {};
  /** @type {(error: InsituError) => void} */
  #reject = () => {};
  #cancel = new AbortController();
  #options;

  /** Set once the engine under it has failed. */
  retried = false;
  settled = false;

  /** @param {JobOptions} options */
  constructor(options) {
    this.#options = options;
    this.pack = options.pack;
    /** @type {Promise<Result>} */
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get kind() {
    return this.#options.kind;
  }

  get readsAhead() {
    return this.#options.readsAhead ?? 1;
  }

  get urgent() {
    return this.kind !== "analyse";
  }

  /** Do the work; the caller settles. @returns {Promise<Result>} */
  start(/** @type {Engine} */ engine) {
    return this.#options.start(engine, this.#cancel.signal);
  }

  /** Its turn is next: what can be done before an engine is idle is begun. */
  readAhead() {
    this.#options.readAhead?.();
  }

  tell(/** @type {ItemState} */ state) {
    if (!this.settled) this.#options.onState?.(state);
  }

  resolve(/** @type {Result} */ result) {
    if (this.settled) return;
    this.settled = true;
    this.#resolve(result);
  }

  reject(/** @type {InsituError} */ error) {
    if (this.settled) return;
    this.settled = true;
    this.#reject(error);
  }

  /** Settle at once; an engine that works on it stops at its next checkpoint. */
  cancel() {
    this.reject(InsituError.standard("job/cancelled"));
    this.#cancel.abort();
  }
}
