/**
 * Scans and the engines: files go to the pool in groups, and one engine joins what comes back.
 *
 * @import { PoolInterface } from "../engine/pool-types.js"
 * @import { Slices, WireError } from "../engine/protocol.js"
 * @import { Box, Pack, Source } from "../types.js"
 * @import { ScanTimings } from "./types.js"
 */
import { UNDO_MS } from "../batch.js";
import { isEngineFailure } from "../engine/errors.js";
import { planReading } from "./groups.js";
import { Stack } from "./stack.js";
import {
  addFiles,
  beginJoining,
  clearScan,
  endScan,
  finishScan,
  isRunning,
  relocate,
  settleFiles,
  showFirstLook,
} from "./state-scan.js";

/** @typedef {Slices & { readMs: number }} Part */

export class Scans {
  #box;
  #pool;
  #measuredBatch;
  /** What was read, by the number of the first file. @type {Map<number, Part>} */
  #parts = new Map();
  /** Files that a group was made of and that have not settled. */
  #open = 0;
  /** Counts up when what is under way concerns nobody any more. */
  #run = 0;
  #groups = 0;
  /** @type {Set<string>} */
  #jobs = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #undoTimer;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "readSlices" | "ask" | "cancel" | "state">} pool
   * @param {(pack: Pack) => Promise<number | null>} measuredBatch
   */
  constructor(box, pool, measuredBatch) {
    this.#box = box;
    this.#pool = pool;
    this.#measuredBatch = measuredBatch;
  }

  /** @param {readonly Source[]} sources @param {{ sample?: boolean }} [options] */
  add(sources, options = {}) {
    if (this.#box.state.scan?.sample && !options.sample) this.takeAll(); // a person's own scan comes in its place
    const { scan } = this.#box.state;
    // What was stopped has lost what it had read.
    if (scan && !isRunning(scan) && scan.phase !== "done") {
      this.add([...this.takeAll(), ...sources], options);
      return;
    }
    const first = scan?.files.length ?? 0;
    this.#box.update((state) => addFiles(state, sources, { ...options, now: performance.now() }));
    void this.#read(sources.map((_, index) => first + index));
  }

  /** Read all files again, for another pack or after they were stopped. */
  startOver() {
    const { scan } = this.#box.state;
    if (scan) this.add(this.takeAll(), { sample: scan.sample });
  }

  /** The files, which are no scan any more. @returns {readonly Source[]} */
  takeAll() {
    const files = this.#box.state.scan?.files ?? [];
    this.#stop();
    this.#box.update((state) => ({ ...state, scan: null }));
    return files;
  }

  cancel() {
    const { scan } = this.#box.state;
    if (!scan || !isRunning(scan)) return;
    this.#stop();
    this.#box.update((state) => endScan(state, null, performance.now()));
  }

  clear() {
    this.#stop();
    this.#box.update(clearScan);
    clearTimeout(this.#undoTimer);
    this.#undoTimer = setTimeout(
      () => this.#box.update((state) => ({ ...state, clearedScan: null })),
      UNDO_MS,
    );
  }

  /** The files of before come back, and are read again with those that came since. */
  undoClear() {
    clearTimeout(this.#undoTimer);
    const { clearedScan } = this.#box.state;
    if (!clearedScan) return;
    const since = this.takeAll();
    this.#box.update((state) => ({ ...state, clearedScan: null }));
    this.add([...clearedScan.files, ...since], { sample: clearedScan.sample && !since.length });
  }

  /** @param {number} margin millimetres */
  async setMargin(margin) {
    const { scan } = this.#box.state;
    const run = this.#run;
    if (!scan?.stack || scan.phase !== "done") return;
    const { series } = await this.#locate(scan.stack, margin);
    if (run === this.#run) this.#box.update((state) => relocate(state, margin, series));
  }

  #stop() {
    this.#run += 1;
    this.#open = 0;
    this.#parts.clear();
    for (const id of this.#jobs) this.#pool.cancel(id);
    this.#jobs.clear();
  }

  /** @param {number[]} numbers of files */
  async #read(numbers) {
    const run = this.#run;
    const { pack, blocked, scan } = this.#box.state;
    this.#open += numbers.length;
    if (blocked) return this.#fail(blocked);
    const batch = pack && (await this.#measuredBatch(pack));
    if (run !== this.#run || !scan) return;
    const { first, others } = planReading(scan.files, numbers, batch);
    const read = (/** @type {number[]} */ group) => this.#readGroup(group, batch, run);
    const reading = first.map(read);
    if (reading.length) void Promise.all(reading).then(() => this.#lookFirst(run));
    await Promise.all([...reading, ...others.map(read)]);
  }

  /** An answer from what has been read so far, unless an earlier one is in sight. @param {number} run */
  async #lookFirst(run) {
    const isWanted = () => {
      const { scan } = this.#box.state;
      return run === this.#run && this.#open > 0 && scan?.phase === "reading" && !scan.stack;
    };
    if (!isWanted()) return;
    const stack = this.#stackParts();
    // Why it fails, if it does, the join at the end will say.
    const found = await this.#locate(stack, this.#box.state.scan?.margin ?? 0).catch(() => null);
    if (!found || !isWanted()) return;
    const now = performance.now();
    this.#box.update((state) => showFirstLook(state, { series: found.series, stack, now }));
  }

  #stackParts() {
    const parts = [...this.#parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    return new Stack(parts, this.#box.state.pack?.locate?.side_px ?? 0);
  }

  /**
   * @param {number[]} numbers
   * @param {number | null} batch
   * @param {number} run
   * @returns {Promise<void>}
   */
  async #readGroup(numbers, batch, run) {
    const { packId, scan } = this.#box.state;
    if (!scan) return;
    this.#groups += 1;
    const id = `scan.${this.#groups}`;
    this.#jobs.add(id);
    const files = numbers.map((number) => {
      const { name, read, file } = /** @type {Source} */ (scan.files[number]);
      return { number, name, read, ...(file ? { file } : {}) };
    });
    try {
      const part = await this.#pool.readSlices({
        id,
        files,
        batch,
        ...(packId === null ? {} : { pack: packId }),
      });
      if (run === this.#run) await this.#settle(numbers, part, run);
    } catch (error) {
      const { code, message, details } = /** @type {WireError} */ (error);
      if (run !== this.#run) return;
      if (!isEngineFailure(code) || code === "engine/boot") {
        this.#fail({ code, message, ...(details ? { details } : {}) });
      } else if (numbers.length > 1) {
        // One of them ends engines; the others are none the worse.
        await Promise.all(numbers.map((number) => this.#readGroup([number], batch, run)));
      } else {
        await this.#settle(numbers, leftOut(/** @type {number} */ (numbers[0]), code), run);
      }
    } finally {
      this.#jobs.delete(id);
    }
  }

  /** @param {number[]} numbers @param {Part} part @param {number} run */
  async #settle(numbers, part, run) {
    this.#parts.set(/** @type {number} */ (numbers[0]), part);
    this.#open -= numbers.length;
    const outcome = { files: numbers.length, slices: part.count, leftOut: part.leftOut };
    this.#box.update((state) => settleFiles(state, outcome));
    if (this.#open === 0) await this.#join(run);
  }

  /** @param {number} run */
  async #join(run) {
    const since = performance.now();
    this.#box.update(beginJoining);
    const stack = this.#stackParts();
    try {
      const { series } = await this.#locate(stack, this.#box.state.scan?.margin ?? 0);
      if (run !== this.#run || this.#open > 0) return;
      const now = performance.now();
      const { startedAt = now, firstLook = null } = this.#box.state.scan ?? {};
      const timings = {
        ...sumTimings([...this.#parts.values()]),
        firstLook: firstLook?.ms ?? null,
        total: now - startedAt,
        join: now - since,
        engines: this.#pool.state.engines,
      };
      this.#box.update((state) => finishScan(state, { series, stack, timings, now }));
    } catch (error) {
      if (run === this.#run) this.#fail(/** @type {WireError} */ (error));
    }
  }

  /** @param {Stack} stack @param {number} margin */
  #locate(stack, margin) {
    const { packId } = this.#box.state;
    return this.#pool.ask(
      "locateInSeries",
      { facts: stack.facts, looks: stack.looks, margin },
      packId === null ? {} : { pack: packId },
    );
  }

  /** @param {WireError} error */
  #fail({ code, message, details }) {
    this.#stop();
    const error = { code, message, ...(details ? { details } : {}) };
    this.#box.update((state) => endScan(state, error, performance.now()));
  }
}

/** Of a file that engines cannot survive. @param {number} file @param {WireError["code"]} error @returns {Part} */
function leftOut(file, error) {
  return {
    count: 0,
    facts: new TextEncoder().encode("[]"),
    copies: new Int16Array(),
    looks: { side: 0, chances: new Uint8Array(), presences: new Float32Array() },
    leftOut: [{ file, error }],
    timings: {},
    readMs: 0,
  };
}

/** @param {readonly Part[]} parts @returns {Pick<ScanTimings, "read" | "load" | "decode" | "reduce" | "run" | "groups">} */
function sumTimings(parts) {
  const sum = { read: 0, load: 0, decode: 0, reduce: 0, run: 0, groups: parts.length };
  for (const { readMs, timings } of parts) {
    sum.read += readMs;
    sum.load += timings.load ?? 0;
    sum.decode += timings.decode ?? 0;
    sum.reduce += timings.prepare ?? 0;
    sum.run += timings.run ?? 0;
  }
  return sum;
}
