/**
 * What the page asks of its engines. `pool-types.d.ts` says what each method promises; `crew.js`
 * runs the engines.
 */
import { Crew, drop } from "./crew.js";
import { InsituError } from "./errors.js";
import { Job } from "./job.js";
import { defaultSize } from "./pool-size.js";
import { Queue } from "./queue.js";
import { FileReadAhead, GroupReadAhead, readBytes } from "./read-ahead.js";

/**
 * @typedef {import("./pool-types.js").PoolInterface} PoolInterface
 * @typedef {import("./pool-types.js").PoolState} PoolState
 * @typedef {import("./crew.js").OpenPack} OpenPack
 */

/** Groups of files are read while the engines are busy with others: one for each of two engines. */
const GROUPS_AHEAD = 2;

/** @implements {PoolInterface} */
export class Pool {
  #options;
  /** @type {Queue<Job<any>>} */
  #queue = new Queue();
  #crew;
  /** Analyses that are not settled, by the caller's id. @type {Map<string, Job<any>>} */
  #items = new Map();
  /** @type {Map<string, OpenPack>} */
  #packs = new Map();
  /** @type {string | null} */
  #current = null;
  #mayAnalyse = false;
  #paused = false;
  #disposed = false;
  #changed = false;

  /** @param {import("./pool-types.js").PoolOptions} [options] */
  constructor(options = {}) {
    this.#options = options;
    this.#crew = new Crew({
      size: options.engines ?? defaultSize(navigator),
      exact: options.engines !== undefined,
      queue: this.#queue,
      canStart: (job) => this.#canStart(job),
      packOf: (job) => this.#packs.get(job.pack ?? "") ?? null,
      packAhead: () => {
        const pack = this.#packs.get(this.#current ?? "");
        return pack?.ahead ? pack : null;
      },
      onChange: () => this.#change(),
      onNetwork: (urls) => options.onNetwork?.(urls),
      ...(options.boot ? { boot: options.boot } : {}),
      ...(options.spawn ? { spawn: options.spawn } : {}),
    });
    void this.#begin();
  }

  async #begin() {
    const { startWhen, analyseWhen, engines } = this.#options;
    const outcome = await settled(startWhen);
    // Without the service worker a later engine would come from the network while images are analysed.
    if (outcome === "unavailable" && engines === undefined) this.#crew.size = 1;
    this.#crew.start();
    await settled(analyseWhen);
    this.#mayAnalyse = true;
    this.#crew.wake();
  }

  /** @returns {PoolState} */
  get state() {
    const { boot, ready, size, error, jobs, loadingReader } = this.#crew;
    const queued = this.#queue.waiting;
    const working = jobs.filter((job) => job.kind === "analyse" && !job.settled).length;
    return {
      kind: this.#kind(queued, working),
      boot,
      engines: ready,
      size,
      queued,
      working,
      paused: this.#paused,
      loadingReader,
      error: error?.toWire() ?? null,
    };
  }

  info() {
    return this.#crew.info;
  }

  /** @param {OpenPack} given */
  usePack(given) {
    const { id } = given.pack;
    this.#packs.set(id, given);
    this.#current = id;
    this.#crew.least = given.ahead ? this.#crew.size : 1;
    for (const job of this.#queue) job.pack ??= id;
    // Opening is all there is to do: an engine opens the pack of a job before it starts it.
    return this.#enqueue(new Job({ kind: "open", pack: id, start: () => Promise.resolve() }));
  }

  /**
   * @param {string} id
   * @param {import("./protocol.js").WireError} error
   */
  failPack(id, error) {
    if (this.#packs.has(id)) return;
    for (const job of this.#queue) {
      if ((job.pack ?? id) === id) drop(this.#queue, job, InsituError.fromWire(error));
    }
    this.#change();
  }

  /** @param {import("./pool-types.js").AnalyseItem} item */
  async analyse({
    id,
    name,
    read,
    thumbnailSide,
    selection = null,
    diameter = null,
    pack,
    onState,
    onProgress,
  }) {
    const file = new FileReadAhead(read);
    return this.#analyse(id, {
      pack: pack ?? this.#current,
      ...(onState ? { onState } : {}),
      readAhead: () => file.begin(),
      async start(engine, signal) {
        const bytes = await file.take();
        const params = { name, bytes, thumbnailSide, selection, diameter };
        return engine.call("analyse", params, {
          transfer: [bytes],
          signal,
          ...(onProgress && { onProgress }),
        });
      },
    });
  }

  /** @param {import("./pool-types.js").SlicesItem} item */
  async readSlices({ id, files, batch, pack }) {
    const group = new GroupReadAhead(files);
    return this.#analyse(id, {
      pack: pack ?? this.#current,
      readAhead: () => group.begin(),
      readsAhead: GROUPS_AHEAD,
      async start(engine, signal) {
        const { readable, unreadable, readMs } = await group.take();
        const transfer = [...new Set(readable.map(({ bytes }) => /** @type {ArrayBuffer} */ (bytes.buffer)))];
        const slices = await engine.call("readSlices", { files: readable, batch }, { transfer, signal });
        return { ...slices, leftOut: [...unreadable, ...slices.leftOut], readMs };
      },
    });
  }

  /**
   * @template Result
   * @param {string} id
   * @param {Omit<import("./job.js").JobOptions, "kind">} options
   * @returns {Promise<Result>}
   */
  async #analyse(id, options) {
    /** @type {Job<Result>} */
    const job = new Job({ kind: "analyse", ...options });
    this.#items.set(id, job);
    try {
      return await this.#enqueue(job);
    } finally {
      this.#items.delete(id);
    }
  }

  /**
   * @template {import("./pool-types.js").AskMethod} M
   * @param {M} method
   * @param {import("./pool-types.js").AskParams<M>} params
   * @param {import("./pool-types.js").AskOptions} [options]
   * @returns {Promise<import("./protocol.js").Result<M>>}
   */
  async ask(method, params, { read, pack, signal } = {}) {
    const job = new Job({
      kind: "ask",
      pack: pack ?? this.#current,
      async start(engine, stop) {
        const bytes = read && (await readBytes(read));
        const all = /** @type {import("./protocol.js").Params<M>} */ (bytes ? { ...params, bytes } : params);
        return engine.call(method, all, { transfer: bytes ? [bytes] : [], signal: stop });
      },
    });
    const cancel = () => this.#cancel(job);
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await this.#enqueue(job);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
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
    this.#crew.wake();
  }

  restart() {
    if (this.#crew.error && !this.#disposed) this.#crew.restart();
  }

  dispose() {
    this.#disposed = true;
    for (const job of [...this.#queue, ...this.#crew.jobs]) this.#cancel(job);
    this.#crew.dispose();
  }

  /**
   * @template Result
   * @param {Job<Result>} job
   * @returns {Promise<Result>}
   */
  #enqueue(job) {
    if (this.#disposed) job.cancel();
    else if (this.#crew.error) job.reject(this.#crew.error);
    if (!job.settled) {
      this.#queue.add(job);
      job.tell("queued");
      this.#crew.wake();
    }
    return job.result;
  }

  #cancel(/** @type {Job<any>} */ job) {
    this.#queue.remove(job);
    job.cancel();
    this.#change();
  }

  #canStart(/** @type {Job<any>} */ job) {
    if (job.pack === null || !this.#packs.has(job.pack)) return false;
    return job.kind !== "analyse" || (this.#mayAnalyse && !this.#paused);
  }

  /**
   * @param {number} queued
   * @param {number} working
   * @returns {PoolState["kind"]}
   */
  #kind(queued, working) {
    if (this.#crew.error) return "failed";
    const pack = this.#packs.get(this.#current ?? "");
    if (!pack || !this.#crew.opened.has(pack)) return working > 0 ? "working" : "loading";
    return working > 0 || (queued > 0 && !this.#paused) ? "working" : "ready";
  }

  /** Changes of one task reach the page as one. */
  #change() {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      this.#options.onChange?.(this.state);
    });
  }
}

/** What a promise came to; a rejection is nothing to wait for. */
async function settled(/** @type {Promise<unknown> | undefined} */ promise) {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}
