/**
 * The engines themselves: starts as many as the queue asks for, lets each pull jobs, replaces
 * those that die, and gives up when none will start.
 */
import { startEngine } from "./client.js";
import { InsituError, isEngineFailure, toWire } from "./errors.js";
import { enginesWanted } from "./pool-size.js";

/**
 * @typedef {import("./client.js").Engine} Engine
 * @typedef {import("./job.js").Job<any>} Job
 * @typedef {import("./pool-types.js").SpawnOptions} SpawnOptions
 * @typedef {import("./protocol.js").BootProgress} BootProgress
 * @typedef {import("./protocol.js").EngineInfo} EngineInfo
 * @typedef {{ pack: import("./pool-types.js").PackFile, model: Blob, ahead?: boolean }} OpenPack
 *
 * One engine and what is known of it.
 * @typedef {object} Slot
 * @property {Engine} engine
 * @property {boolean} ready it has started
 * @property {boolean} fresh it has worked on nothing yet
 * @property {OpenPack | null} open the pack it has open
 * @property {Job | null} job
 *
 * @typedef {object} CrewOptions
 * @property {number} size most engines at one time
 * @property {boolean} exact whether that number was asked for
 * @property {import("./queue.js").Queue<Job>} queue
 * @property {(job: Job) => boolean} canStart
 * @property {(job: Job) => OpenPack | null} packOf
 * @property {() => OpenPack | null} packAhead what engines without work open
 * @property {() => void} onChange
 * @property {(urls: string[]) => void} onNetwork
 * @property {import("./protocol.js").Params<"boot">} [boot]
 * @property {(options: SpawnOptions) => Engine} [spawn]
 */

/** Starts that may fail in a row before the crew gives up. */
const BOOT_ATTEMPTS = 3;
const BASE = new URL("../../", import.meta.url).href;

export class Crew {
  #options;
  /** @type {Set<Slot>} */
  #slots = new Set();
  /** Engines that wait for work. @type {(() => void)[]} */
  #sleepers = [];
  #timing = { bootMs: 0, itemMs: 0 };
  #bootFailures = 0;
  #grown = 0;
  /** Packs that could not be opened before there was work. @type {WeakSet<OpenPack>} */
  #failedAhead = new WeakSet();
  #started = false;
  #disposed = false;

  /** @type {EngineInfo | null} */
  info = null;
  /** Progress of the first start; null once an engine is ready. @type {BootProgress | null} */
  boot = { step: "python", fraction: 0 };
  /** Why no engine starts. @type {InsituError | null} */
  error = null;
  /** Engines to have, with the pack in use open, before there is work. */
  least = 1;
  /** Packs that an engine has opened. @type {Set<OpenPack>} */
  opened = new Set();

  /** @param {CrewOptions} options */
  constructor(options) {
    this.#options = options;
    this.size = options.size;
  }

  get ready() {
    return [...this.#slots].filter(({ ready }) => ready).length;
  }

  /** What engines work on. */
  get jobs() {
    return [...this.#slots].flatMap(({ job }) => (job ? [job] : []));
  }

  /** Whether an engine loads what the reader of a file needs. */
  get loadingReader() {
    return [...this.#slots].some(({ engine }) => engine.loadsReader);
  }

  start() {
    this.#started = true;
    this.wake();
  }

  /** Try again after all starts have failed. */
  restart() {
    this.error = null;
    this.#bootFailures = 0;
    this.boot = { step: "python", fraction: 0 };
    this.wake();
  }

  /** Something has changed that engines, or engines that are not there yet, may be waiting for. */
  wake() {
    for (const wake of this.#sleepers.splice(0)) wake();
    if (this.#started && !this.#disposed && !this.error)
      while (this.#slots.size < this.#wanted()) void this.#live();
    this.#options.onChange();
  }

  dispose() {
    this.#disposed = true;
    for (const { engine } of this.#slots) engine.dispose();
    this.wake();
  }

  #wanted() {
    const wanted = enginesWanted({
      size: this.size,
      exact: this.#options.exact,
      least: this.least,
      engines: this.#slots.size,
      ready: this.ready,
      working: this.jobs.length,
      waiting: this.#options.queue.waiting,
      ...this.#timing,
    });
    // An engine that was worth starting is worth replacing.
    this.#grown = Math.min(this.size, Math.max(this.#grown, wanted));
    return this.#grown;
  }

  /** The life of one engine. */
  async #live() {
    const engine = this.#spawn();
    /** @type {Slot} */
    const slot = { engine, ready: false, fresh: true, open: null, job: null };
    this.#slots.add(slot);
    void engine.ended.then(() => this.wake());
    try {
      if (await this.#boot(slot)) await this.#serve(slot);
    } finally {
      engine.dispose();
      this.#slots.delete(slot);
      this.wake();
    }
  }

  #spawn() {
    const spawn = this.#options.spawn ?? startEngine;
    return spawn({
      onBootProgress: (progress) => {
        if (!this.boot || progress.fraction < this.boot.fraction) return;
        this.boot = progress;
        this.#options.onChange();
      },
      onNetwork: this.#options.onNetwork,
      onReader: this.#options.onChange,
    });
  }

  /** @returns {Promise<boolean>} whether it has started */
  async #boot(/** @type {Slot} */ slot) {
    const since = performance.now();
    try {
      this.info = await slot.engine.call("boot", this.#options.boot ?? { base: BASE });
    } catch (error) {
      if (!this.#disposed) this.#bootFailed(/** @type {InsituError} */ (error));
      return false;
    }
    this.#timing.bootMs = performance.now() - since;
    this.#bootFailures = 0;
    this.boot = null;
    slot.ready = true;
    this.wake();
    return true;
  }

  #bootFailed(/** @type {InsituError} */ error) {
    this.#bootFailures += 1;
    if (this.#bootFailures < BOOT_ATTEMPTS) return;
    const { queue } = this.#options;
    if (this.ready === 0) {
      this.error = error;
      for (const job of queue) drop(queue, job, error);
      return;
    }
    // Those that run go on; there is no fresh one to be had.
    this.size = this.ready;
    this.#bootFailures = 0;
    for (const job of queue) if (job.retried) drop(queue, job, error);
  }

  /** Pull jobs until the engine is dead, or gives its place to a fresh one. */
  async #serve(/** @type {Slot} */ slot) {
    const { queue, canStart } = this.#options;
    while (!slot.engine.dead && !this.#disposed) {
      const job = queue.take(slot.fresh, canStart);
      if (job) await this.#work(slot, job);
      else if (this.#shouldYield(slot)) return;
      else if (this.#opensAhead(slot)) await this.#openAhead(slot);
      else await new Promise((/** @type {(nothing: void) => void} */ wake) => this.#sleepers.push(wake));
    }
  }

  /** @param {Slot} slot */
  #opensAhead({ open }) {
    const wanted = this.#options.packAhead();
    return wanted !== null && wanted !== open && !this.#failedAhead.has(wanted);
  }

  /** A failure concerns nobody yet: the job that needs the pack will meet it. */
  async #openAhead(/** @type {Slot} */ slot) {
    const wanted = /** @type {OpenPack} */ (this.#options.packAhead());
    try {
      await this.#open(slot, wanted);
    } catch {
      this.#failedAhead.add(wanted);
    }
    await slot.engine.whenIdle();
    this.wake();
  }

  /** A job waits that only a fresh engine may take, and none is there or on its way. */
  #shouldYield(/** @type {Slot} */ slot) {
    const { queue, canStart } = this.#options;
    return !slot.fresh && queue.wantsFresh(canStart) && ![...this.#slots].some(({ fresh }) => fresh);
  }

  /**
   * @param {Slot} slot
   * @param {Job} job
   */
  async #work(slot, job) {
    slot.job = job;
    job.tell("working");
    this.#options.onChange();
    const since = performance.now();
    try {
      await this.#openPack(slot, job);
      if (job.kind !== "open") slot.fresh = false;
      if (!job.settled) {
        const result = job.start(slot.engine);
        for (const next of this.#options.queue.next(this.#options.canStart, job.readsAhead)) next.readAhead();
        job.resolve(await result);
      }
      if (job.kind === "analyse") this.#measure(performance.now() - since);
    } catch (error) {
      this.#failed(job, error instanceof InsituError ? error : InsituError.fromWire(toWire(error).error));
    }
    await slot.engine.whenIdle();
    slot.job = null;
    this.wake();
  }

  /**
   * @param {Slot} slot
   * @param {Job} job
   */
  async #openPack(slot, job) {
    const wanted = this.#options.packOf(job);
    if (wanted && wanted !== slot.open) await this.#open(slot, wanted);
  }

  /**
   * @param {Slot} slot
   * @param {OpenPack} wanted
   */
  async #open(slot, wanted) {
    slot.open = null;
    await slot.engine.call("openPack", { pack: wanted.pack, model: wanted.model });
    // Not where somebody waits; and if it fails, who needs it will hear of it.
    if (wanted.ahead && this.#options.queue.waiting === 0)
      await slot.engine.call("getReady", {}).catch(() => {});
    slot.open = wanted;
    this.opened.add(wanted);
  }

  /**
   * @param {Job} job
   * @param {InsituError} error
   */
  #failed(job, error) {
    if (this.#disposed || job.retried || !isEngineFailure(error.code)) return job.reject(error);
    if (job.settled) return;
    job.retried = true;
    job.tell("queued");
    this.#options.queue.putBack(job);
  }

  #measure(/** @type {number} */ ms) {
    const { itemMs } = this.#timing;
    this.#timing.itemMs = itemMs === 0 ? ms : 0.8 * itemMs + 0.2 * ms;
  }
}

/**
 * @param {import("./queue.js").Queue<Job>} queue
 * @param {Job} job
 * @param {InsituError} error
 */
export function drop(queue, job, error) {
  queue.remove(job);
  job.reject(error);
}
