/**
 * One test: for each number of engines the sizes of a batch, one after the other, until a limit. Here, as in the
 * pool, what engines fail with becomes a state: a series that ends does not end the test.
 *
 * @import { Pack } from "../types.js"
 * @import { Spawn } from "./engines.js"
 * @import { Choice, Now, Stop, Trial } from "./types.js"
 */
import { InsituError, isCancelled, toWire } from "../engine/errors.js";
import { EngineGroup } from "./engines.js";
import {
  batchSizes,
  estimateLeft,
  exceedsMemory,
  imageDims,
  LEAST_RUNS,
  RUN_LIMIT_MS,
  SIZE_LIMIT_MS,
  WARM_UP_MS,
} from "./plan.js";
import { figuresOf } from "./statistics.js";
import { sayStop } from "./words.js";

/** Runs are asked for in rounds of about this length; between rounds the page shows how far it is. */
const ROUND_MS = 500;

/**
 * @typedef {object} Options
 * @property {number} memoryGib of the machine
 * @property {AbortSignal} signal
 * @property {(trial: Trial) => void} onChange
 * @property {(urls: string[]) => void} onNetwork
 * @property {Spawn} [spawn] makes an engine; tests give their own
 * @property {() => number} [clock] milliseconds
 */

/**
 * @param {{ pack: Pack, model: Blob }} given
 * @param {Choice} choice
 * @param {Options} options
 * @returns {Promise<Trial>} as it ended; never rejects for what engines do
 */
export async function runTrial(given, choice, options) {
  const run = new Run(given, choice, options);
  for (const engines of choice.engines) {
    if (!(await run.measureSeries(engines))) break;
  }
  return run.end();
}

class Run {
  #given;
  #options;
  #clock;
  #since;
  /** @type {Trial} */
  #trial;
  /** What one engine takes for an image, by the latest runs; null before the first. @type {number | null} */
  #imageMs = null;
  /** @type {number[]} */
  #sizes;

  /** @param {{ pack: Pack, model: Blob }} given @param {Choice} choice @param {Options} options */
  constructor(given, choice, options) {
    this.#given = given;
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#since = this.#clock();
    this.#sizes = batchSizes(choice.largest, null);
    this.#trial = {
      pack: given.pack,
      choice,
      startedAt: new Date(),
      image: null,
      info: null,
      measured: [],
      stops: [],
      now: null,
      cancelled: false,
    };
  }

  /** @param {number} engines @returns {Promise<boolean>} whether the test goes on */
  async measureSeries(engines) {
    let batch = this.#sizes[0] ?? 1;
    this.#tell("start", engines, batch);
    try {
      const group = await EngineGroup.start(engines, this.#given, this.#options);
      try {
        const image = imageDims(this.#given.pack, group.opened.dims);
        this.#sizes = batchSizes(this.#trial.choice.largest, group.opened.dims[0] ?? null);
        this.#change({ image, info: group.info });
        for (batch of this.#sizes) if (!(await this.#measureSize(group, engines, batch, image))) break;
      } finally {
        group.dispose();
      }
    } catch (error) {
      if (isCancelled(error)) this.#change({ cancelled: true });
      else this.#fail(engines, batch, error);
    }
    return !this.#trial.cancelled;
  }

  end() {
    this.#change({ now: null });
    return this.#trial;
  }

  /**
   * @param {EngineGroup} group
   * @param {number} engines
   * @param {number} batch
   * @param {number[]} image
   * @returns {Promise<boolean>} whether a larger one may follow
   */
  async #measureSize(group, engines, batch, image) {
    if (exceedsMemory(batch, image, engines, this.#options.memoryGib))
      return this.#stop(engines, batch, "limit/memory");
    const expected = this.#expectedMs(engines, batch);
    if (expected > RUN_LIMIT_MS) return this.#stop(engines, batch, "limit/time", { ms: expected });

    this.#tell("warm-up", engines, batch);
    const dims = [batch, ...image];
    const warmUp = (await group.timeRuns(dims, 1)).flat();
    const first = Math.max(...warmUp);
    const isFirst = batch === this.#sizes[0]; // measured however long it takes, so that there is an answer
    if (first > RUN_LIMIT_MS && !isFirst)
      return this.#stop(engines, batch, "limit/time", { ms: first, tried: true });
    if (first < WARM_UP_MS)
      warmUp.push(...(await group.timeRuns(dims, Math.ceil(WARM_UP_MS / Math.max(first, 1)))).flat());

    const measured = {
      engines,
      batch,
      warmUp,
      ms: await this.#measure(group, engines, dims, warmUp.at(-1) ?? first),
    };
    this.#imageMs = figuresOf(measured).p50 / batch;
    this.#change({ measured: [...this.#trial.measured, measured] });
    return true;
  }

  /**
   * @param {EngineGroup} group
   * @param {number} engines
   * @param {number[]} dims
   * @param {number} runMs what a run takes, warm
   */
  async #measure(group, engines, dims, runMs) {
    const [batch = 1] = dims;
    const { runs } = this.#trial.choice;
    const round = Math.max(1, Math.floor(ROUND_MS / runMs));
    this.#imageMs = runMs / batch;
    const since = this.#clock();
    /** @type {number[]} */
    const ms = [];
    for (let done = 0; done < runs;) {
      if (done >= LEAST_RUNS && this.#clock() - since > SIZE_LIMIT_MS) break;
      this.#tell("measure", engines, batch, done);
      const some = Math.min(runs - done, round);
      ms.push(...(await group.timeRuns(dims, some)).flat());
      done += some;
    }
    return ms;
  }

  /** From the half as large size before; 0 if there was none. @param {number} engines @param {number} batch */
  #expectedMs(engines, batch) {
    const before = this.#trial.measured.at(-1);
    return before?.engines === engines ? (figuresOf(before).p50 * batch) / before.batch : 0;
  }

  /**
   * @param {number} engines
   * @param {number} batch
   * @param {Stop["code"]} code
   * @param {{ ms?: number, tried?: boolean, message?: string, details?: string }} [more]
   */
  #stop(engines, batch, code, more = {}) {
    const { details } = more;
    const message = sayStop(code, batch, more);
    const stop = { engines, batch, code, message, ...(details && { details }) };
    this.#change({ stops: [...this.#trial.stops, stop] });
    return false;
  }

  /** @param {number} engines @param {number} batch @param {unknown} error */
  #fail(engines, batch, error) {
    const { code, message, details } = error instanceof InsituError ? error : toWire(error).error;
    this.#stop(engines, batch, code, { message, ...(details && { details }) });
  }

  /** @param {Now["part"]} part @param {number} engines @param {number} batch @param {number} [done] */
  #tell(part, engines, batch, done = 0) {
    const { choice, now: before } = this.#trial;
    const leftMs = this.#leftMs(engines, batch, done);
    const elapsed = this.#clock() - this.#since;
    const fraction = leftMs === null ? 0 : elapsed / (elapsed + leftMs) || 0;
    const now = {
      ...{ part, engines, batch, done, runs: choice.runs },
      fraction: Math.max(fraction, before?.fraction ?? 0),
      secondsLeft: leftMs === null ? null : leftMs / 1000,
    };
    this.#change({ now });
  }

  /** @param {number} engines @param {number} batch @param {number} done */
  #leftMs(engines, batch, done) {
    if (this.#imageMs === null) return null;
    const left = estimateLeft(this.#trial.choice, this.#sizes, { engines, batch }, this.#imageMs);
    return Math.max(0, left - done * batch * this.#imageMs);
  }

  /** @param {Partial<Trial>} change */
  #change(change) {
    this.#trial = { ...this.#trial, ...change };
    this.#options.onChange(this.#trial);
  }
}
