/**
 * The engines of a page. Idle engines pull work; an engine that dies is replaced, what it worked
 * on is tried once more on a fresh one and then reported. `pool-types.d.ts` says what each method promises.
 */
import { startEngine } from "./client.js";
import { InsituError, isEngineFailure, toWire } from "./errors.js";
import { Job } from "./job.js";
import { defaultSize, enginesWanted } from "./pool-size.js";
import { Queue } from "./queue.js";

/**
 * @typedef {import("./client.js").Engine} Engine
 * @typedef {import("./pool-types.js").PoolInterface} PoolInterface
 * @typedef {import("./pool-types.js").PoolState} PoolState
 * @typedef {import("./pool-types.js").PackFile} PackFile
 * @typedef {import("./protocol.js").WireError} WireError
 * @typedef {import("./protocol.js").BootProgress} BootProgress
 * @typedef {import("./protocol.js").EngineInfo} EngineInfo
 * @typedef {{ pack: PackFile, model: Blob }} OpenPack
 *
 * One engine and what the pool knows about it.
 * @typedef {object} Slot
 * @property {Engine} engine
 * @property {boolean} ready it has started
 * @property {boolean} fresh it has worked on nothing yet
 * @property {OpenPack | null} open the pack it has open
 * @property {Job<any> | null} job
 */

/** Starts that may fail in a row before the pool gives up. */
const BOOT_ATTEMPTS = 3;
const BASE = new URL("../../", import.meta.url).href;

/** @implements {PoolInterface} */
export class Pool {
  #options;
  #size;
  #grown = 0;
  /** @type {Set<Slot>} */
  #slots = new Set();
  /** @type {Queue<Job<any>>} */
  #queue = new Queue();
  /** Analyses that are not settled, by the caller's id. @type {Map<string, Job<any>>} */
  #items = new Map();
  /** @type {Map<string, OpenPack>} */
  #packs = new Map();
  /** @type {string | null} */
  #current = null;
  /** Packs that an engine has opened. @type {Set<OpenPack>} */
  #opened = new Set();
  /** Engines that wait for work. @type {(() => void)[]} */
  #sleepers = [];
  /** @type {EngineInfo | null} */
  #info = null;
  /** @type {BootProgress | null} */
  #boot = { step: "python", fraction: 0 };
  #bootFailures = 0;
  /** @type {WireError | null} */
  #error = null;
  #timing = { bootMs: 0, itemMs: 0 };
  #started = false;
  #paused = false;
  #disposed = false;
  #changed = false;

  /** @param {import("./pool-types.js").PoolOptions} [options] */
  constructor(options = {}) {
    this.#options = options;
    this.#size = options.engines ?? defaultSize(navigator);
    void Promise.resolve(options.startWhen)
      .catch(() => {})
      .then(() => {
        this.#started = true;
        this.#fill();
      });
  }

  /** @returns {PoolState} */
  get state() {
    const { queued, working } = this.#count();
    return {
      kind: this.#kind(queued, working),
      boot: this.#boot,
      engines: this.#ready().length,
      size: this.#size,
      queued,
      working,
      paused: this.#paused,
      error: this.#error,
    };
  }

  info() {
    return this.#info;
  }

  /** @param {OpenPack} given */
  usePack(given) {
    this.#packs.set(given.pack.id, given);
    this.#current = given.pack.id;
    for (const job of this.#queue) job.pack ??= given.pack.id;
    // Opening is all there is to do: the engine has done it before it starts a job.
    return this.#enqueue(new Job({ kind: "open", pack: given.pack.id, start: () => Promise.resolve() }));
  }

  /**
   * @param {string} id
   * @param {WireError} error
   */
  failPack(id, error) {
    for (const job of this.#queue)
      if ((job.pack ?? id) === id && !this.#packs.has(id)) this.#drop(job, InsituError.fromWire(error));
    this.#change();
  }

  /** @param {import("./pool-types.js").AnalyseItem} item */
  async analyse({ id, name, read, thumbnailSide, pack, onState }) {
    const job = new Job({
      kind: "analyse",
      pack: pack ?? this.#current,
      onState,
      async start(engine, signal) {
        const bytes = await readBytes(read);
        return engine.call("analyse", { name, bytes, thumbnailSide }, { transfer: [bytes], signal });
      },
    });
    this.#items.set(id, job);
    try {
      return await this.#enqueue(job);
    } finally {
      this.#items.delete(id);
    }
  }

  /** @param {import("./pool-types.js").OverlayItem} item */
  async overlay({ name, read, probabilities, side, pack, signal }) {
    const job = new Job({
      kind: "overlay",
      pack: pack ?? this.#current,
      async start(engine, stop) {
        const bytes = await readBytes(read);
        return engine.call(
          "overlay",
          { name, bytes, probabilities, side },
          { transfer: [bytes], signal: stop },
        );
      },
    });
    const cancel = () => this.#cancel(job);
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) job.cancel();
    try {
      return await this.#enqueue(job);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * @param {import("./protocol.js").TableRow[]} rows
   * @param {string} [pack]
   */
  table(rows, pack) {
    return this.#enqueue(
      new Job({
        kind: "table",
        pack: pack ?? this.#current,
        start: (engine, signal) => engine.call("table", { rows }, { signal }),
      }),
    );
  }

  /** @param {string} id */
  cancel(id) {
    const job = this.#items.get(id);
    if (job) this.#cancel(job);
    return job !== undefined;
  }

  cancelAll() {
    for (const job of this.#items.values()) this.#cancel(job);
  }

  pause() {
    this.#paused = true;
    this.#change();
  }

  resume() {
    this.#paused = false;
    this.#wake();
  }

  restart() {
    if (!this.#error || this.#disposed) return;
    this.#error = null;
    this.#bootFailures = 0;
    this.#boot = { step: "python", fraction: 0 };
    this.#fill();
  }

  dispose() {
    this.#disposed = true;
    for (const job of [...this.#queue]) this.#cancel(job);
    for (const { job, engine } of this.#slots) {
      job?.cancel();
      engine.dispose();
    }
    this.#wake();
  }

  /**
   * @template Result
   * @param {Job<Result>} job
   */
  #enqueue(job) {
    if (this.#disposed) job.cancel();
    else if (this.#error) job.reject(InsituError.fromWire(this.#error));
    if (!job.settled) {
      this.#queue.add(job);
      job.tell("queued");
      this.#wake();
    }
    return job.result;
  }

  #cancel(/** @type {Job<any>} */ job) {
    this.#queue.remove(job);
    job.cancel();
    this.#change();
  }

  /**
   * @param {Job<any>} job
   * @param {InsituError} error
   */
  #drop(job, error) {
    this.#queue.remove(job);
    job.reject(error);
  }

  /** Something has changed that idle engines, or engines that are not there yet, may be waiting for. */
  #wake() {
    for (const wake of this.#sleepers.splice(0)) wake();
    this.#fill();
    this.#change();
  }

  /** Start engines until there are as many as the queue asks for. */
  #fill() {
    if (!this.#started || this.#disposed || this.#error) return;
    while (this.#slots.size < this.#wanted()) void this.#live();
  }

  #wanted() {
    const wanted = enginesWanted({
      size: this.#size,
      exact: this.#options.engines !== undefined,
      engines: this.#slots.size,
      ready: this.#ready().length,
      working: [...this.#slots].filter(({ job }) => job).length,
      waiting: this.#queue.waiting,
      ...this.#timing,
    });
    // An engine that was worth starting is worth replacing.
    this.#grown = Math.min(this.#size, Math.max(this.#grown, wanted));
    return this.#grown;
  }

  /** The life of one engine. */
  async #live() {
    const engine = this.#spawn();
    /** @type {Slot} */
    const slot = { engine, ready: false, fresh: true, open: null, job: null };
    this.#slots.add(slot);
    void engine.ended.then(() => this.#wake());
    this.#change();
    try {
      if (await this.#start(slot)) await this.#serve(slot);
    } finally {
      engine.dispose();
      this.#slots.delete(slot);
      this.#wake();
    }
  }

  #spawn() {
    const spawn = this.#options.spawn ?? startEngine;
    return spawn({
      onBootProgress: (progress) => {
        if (!this.#boot || progress.fraction < this.#boot.fraction) return;
        this.#boot = progress;
        this.#change();
      },
      onNetwork: (urls) => this.#options.onNetwork?.(urls),
    });
  }

  /** @returns {Promise<boolean>} whether it has started */
  async #start(/** @type {Slot} */ slot) {
    const since = performance.now();
    try {
      this.#info = await slot.engine.call("boot", { base: BASE });
    } catch (error) {
      if (!this.#disposed) this.#bootFailed(/** @type {InsituError} */ (error));
      return false;
    }
    this.#timing.bootMs = performance.now() - since;
    this.#bootFailures = 0;
    this.#boot = null;
    slot.ready = true;
    this.#wake();
    return true;
  }

  #bootFailed(/** @type {InsituError} */ error) {
    this.#bootFailures += 1;
    if (this.#bootFailures < BOOT_ATTEMPTS) return;
    if (this.#ready().length > 0) {
      // Those that run go on; there is no fresh one to be had.
      this.#size = this.#ready().length;
      this.#bootFailures = 0;
      for (const job of this.#queue) if (job.retried) this.#drop(job, error);
      return;
    }
    this.#error = error.toWire();
    for (const job of this.#queue) this.#drop(job, error);
  }

  /** Pull jobs until the engine is dead, or gives its place to a fresh one. */
  async #serve(/** @type {Slot} */ slot) {
    while (!slot.engine.dead && !this.#disposed) {
      const job = this.#queue.take(slot.fresh, this.#canStart);
      if (job) await this.#work(slot, job);
      else if (this.#shouldYield(slot)) return;
      else await this.#sleep();
    }
  }

  /** @type {(job: Job<any>) => boolean} */
  #canStart = (job) =>
    job.pack !== null && this.#packs.has(job.pack) && !(this.#paused && job.kind === "analyse");

  /** A job waits that only a fresh engine may take, and none is there or on its way. */
  #shouldYield(/** @type {Slot} */ slot) {
    return (
      !slot.fresh && this.#queue.wantsFresh(this.#canStart) && ![...this.#slots].some(({ fresh }) => fresh)
    );
  }

  #sleep() {
    return new Promise((/** @type {(nothing: void) => void} */ resolve) => this.#sleepers.push(resolve));
  }

  /**
   * @param {Slot} slot
   * @param {Job<any>} job
   */
  async #work(slot, job) {
    slot.job = job;
    job.tell("working");
    this.#change();
    const since = performance.now();
    try {
      await this.#openPack(slot, job);
      if (job.kind !== "open") slot.fresh = false;
      if (!job.settled) job.resolve(await job.start(slot.engine));
      if (job.kind === "analyse") this.#measure(performance.now() - since);
    } catch (error) {
      this.#failed(job, error instanceof InsituError ? error : InsituError.fromWire(toWire(error).error));
    }
    await slot.engine.whenIdle();
    slot.job = null;
    this.#wake();
  }

  /**
   * @param {Slot} slot
   * @param {Job<any>} job
   */
  async #openPack(slot, job) {
    const wanted = this.#packs.get(job.pack ?? "");
    if (!wanted || wanted === slot.open) return;
    slot.open = null;
    await slot.engine.call("openPack", wanted);
    slot.open = wanted;
    this.#opened.add(wanted);
  }

  /**
   * @param {Job<any>} job
   * @param {InsituError} error
   */
  #failed(job, error) {
    if (job.settled) return;
    if (this.#disposed || !isEngineFailure(error.code) || job.retried) return job.reject(error);
    job.retried = true;
    job.tell("queued");
    this.#queue.putBack(job);
  }

  #measure(/** @type {number} */ ms) {
    const { itemMs } = this.#timing;
    this.#timing.itemMs = itemMs === 0 ? ms : 0.8 * itemMs + 0.2 * ms;
  }

  #ready() {
    return [...this.#slots].filter(({ ready }) => ready);
  }

  /** Images that wait, and images on an engine. */
  #count() {
    const working = [...this.#slots].filter(({ job }) => job?.kind === "analyse" && !job.settled).length;
    return { queued: this.#queue.waiting, working };
  }

  /**
   * @param {number} queued
   * @param {number} working
   * @returns {PoolState["kind"]}
   */
  #kind(queued, working) {
    if (this.#error) return "failed";
    const pack = this.#packs.get(this.#current ?? "");
    if (!pack || !this.#opened.has(pack)) return working > 0 ? "working" : "loading";
    return working > 0 || (queued > 0 && !this.#paused) ? "working" : "ready";
  }

  #change() {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      this.#options.onChange?.(this.state);
    });
  }
}

/**
 * @param {() => Promise<ArrayBuffer>} read
 * @returns {Promise<ArrayBuffer>}
 */
async function readBytes(read) {
  try {
    return await read();
  } catch {
    // The browser holds a reference, not the bytes: the file may have moved since it was dropped.
    throw new InsituError(
      "image/corrupt",
      "This file can no longer be read. It may have been moved or changed; drop it again.",
    );
  }
}
