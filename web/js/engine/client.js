/**
 * The page's side of one engine: typed calls over postMessage, and the watch over an engine
 * that has stopped answering.
 */
import { InsituError, toWire } from "./errors.js";

/**
 * @typedef {import("./protocol.js").MethodName} MethodName
 * @typedef {import("./protocol.js").FromEngine} FromEngine
 * @typedef {import("./protocol.js").ToEngine} ToEngine
 * @typedef {import("./protocol.js").Stage} Stage
 *
 * @typedef {object} CallOptions
 * @property {Transferable[]} [transfer] belong to the engine afterwards
 * @property {AbortSignal} [signal] rejects at once with job/cancelled; the engine stops at its next checkpoint
 * @property {(done: number) => void} [onProgress] the part, 0..1, of an image of many tiles that lies behind
 *
 * @typedef {object} Pending
 * @property {MethodName} method
 * @property {(result: unknown) => void} resolve
 * @property {(error: InsituError) => void} reject
 * @property {Stage | null} stage the last one that was reported
 * @property {((done: number) => void) | undefined} onProgress
 *
 * What the client needs of a Worker; tests give their own.
 * @typedef {Pick<Worker, "postMessage" | "terminate" | "addEventListener">} WorkerLike
 */

/**
 * Silence is counted in ticks, not in hours of the clock: a computer that slept, or a page whose
 * timers were held back, has missed ticks, not answers.
 */
const TICK_MS = 1000;
const DECODE_LIMIT_TICKS = 10;
/** Long enough for the largest file of the runtime on a slow line; each file is a sign of life. */
const BOOT_LIMIT_TICKS = 120;

/**
 * Start an engine: a module worker from a same-origin blob, which inherits the page's policy. The
 * shim imports when it runs, because Firefox (153) asks the network, not the service worker, for what a worker
 * imports before that; and it throws in a task of its own, because a rejection does not reach the page.
 *
 * @param {import("./pool-types.js").SpawnOptions} options
 */
export function startEngine(options) {
  const script = JSON.stringify(new URL("./worker.js", import.meta.url).href);
  const source = `import(${script}).catch((error) => setTimeout(() => { throw error; }));`;
  return startEngineFrom(new Blob([source], { type: "text/javascript" }), options);
}

/**
 * Start an engine whose code is at hand.
 * @param {Blob} source of a module that imports nothing before it runs
 * @param {import("./pool-types.js").SpawnOptions} options
 */
export function startEngineFrom(source, options) {
  const address = URL.createObjectURL(source);
  const worker = new Worker(address, { type: "module", name: "insitu-engine" });
  return new Engine(worker, { ...options, onLoaded: () => URL.revokeObjectURL(address) });
}

export class Engine {
  #worker;
  #options;
  #lastId = 0;
  /** @type {Map<number, Pending>} in the order of the calls; the engine works on the first */
  #pending = new Map();
  /** Messages that wait until the worker's modules have loaded. @type {[ToEngine, Transferable[]][] | null} */
  #outbox = [];
  #silentTicks = 0;
  /** @type {ReturnType<typeof setInterval> | null} */
  #timer = null;
  /** @type {(() => void)[]} */
  #onIdle = [];
  /** @type {(error: InsituError) => void} */
  #resolveEnded = () => {};
  /** @type {InsituError | null} */
  #error = null;

  /** Resolves with the reason when the engine cannot be used any more. @type {Promise<InsituError>} */
  ended = new Promise((resolve) => (this.#resolveEnded = resolve));

  /**
   * @param {WorkerLike} worker
   * @param {import("./pool-types.js").SpawnOptions & { onLoaded?: () => void }} options
   */
  constructor(worker, options) {
    this.#worker = worker;
    this.#options = options;
    worker.addEventListener("message", (event) => this.#receive(/** @type {FromEngine} */ (event.data)));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#end(this.#outbox ? "engine/boot" : "engine/crashed", event.message);
    });
    worker.addEventListener("messageerror", () => this.#end("engine/crashed", "a message could not be read"));
  }

  /** Whether the engine cannot be used any more. */
  get dead() {
    return this.#error !== null;
  }

  /** Whether it loads what the reader of a file needs. */
  get loadsReader() {
    return [...this.#pending.values()].some(({ stage }) => stage === "load");
  }

  /**
   * @template {MethodName} M
   * @param {M} method
   * @param {import("./protocol.js").Params<M>} params
   * @param {CallOptions} [options]
   * @returns {Promise<import("./protocol.js").Result<M>>} rejects with an InsituError
   */
  async call(method, params, { transfer = [], signal, onProgress } = {}) {
    if (this.#error) throw this.#error;
    if (signal?.aborted) throw InsituError.standard("job/cancelled");
    const id = ++this.#lastId;
    const cancel = () => this.#cancel(id);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const result = await new Promise((resolve, reject) => {
        this.#pending.set(id, { method, resolve, reject, stage: null, onProgress });
        this.#watch();
        this.#send({ kind: "call", id, method, params }, transfer);
      });
      return /** @type {import("./protocol.js").Result<M>} */ (result);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Resolves when the engine owes no reply: after a cancelled call it is busy until its checkpoint. */
  async whenIdle() {
    if (this.#pending.size > 0)
      await new Promise((/** @type {(nothing: void) => void} */ resolve) => this.#onIdle.push(resolve));
  }

  /** End the engine; what is pending rejects with job/cancelled. */
  dispose() {
    this.#end("job/cancelled");
  }

  /**
   * @param {ToEngine} message
   * @param {Transferable[]} transfer
   */
  #send(message, transfer) {
    if (this.#outbox) this.#outbox.push([message, transfer]);
    else this.#postNow(message, transfer);
  }

  /**
   * @param {ToEngine} message
   * @param {Transferable[]} transfer
   */
  #postNow(message, transfer) {
    try {
      this.#worker.postMessage(message, transfer);
    } catch (error) {
      // What cannot be posted, for example a buffer that was given away before, gets no reply.
      this.#settle(message.id, ({ reject }) => reject(InsituError.fromWire(toWire(error).error)));
    }
  }

  #cancel(/** @type {number} */ id) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.reject(InsituError.standard("job/cancelled"));
    this.#send({ kind: "cancel", id }, []);
  }

  #receive(/** @type {FromEngine} */ message) {
    if (this.#error) return;
    this.#silentTicks = 0;
    switch (message.kind) {
      case "loaded":
        return this.#open();
      case "boot-progress":
        return this.#options.onBootProgress(message.progress);
      case "fetched":
        return this.#options.onFetched?.(message.path, message.bytes);
      case "store":
        return this.#options.onStore?.(message.note);
      case "network":
        return this.#options.onNetwork(message.urls);
      case "stage":
        return this.#enter(message.id, message.stage, message.done);
      case "result":
        return this.#settle(message.id, ({ resolve }) => resolve(message.result));
      case "error":
        return this.#fail(message);
    }
  }

  #open() {
    const waiting = this.#outbox ?? [];
    this.#outbox = null;
    this.#options.onLoaded?.();
    for (const [message, transfer] of waiting) this.#postNow(message, transfer);
  }

  /** @param {number} id @param {Stage} stage @param {number} done */
  #enter(id, stage, done) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    const loaded = this.loadsReader;
    pending.stage = stage;
    if (done > 0) pending.onProgress?.(done);
    if (loaded !== this.loadsReader) this.#options.onReader();
  }

  #fail(/** @type {FromEngine & { kind: "error" }} */ { id, error, dead }) {
    const failure = InsituError.fromWire(error);
    this.#settle(id, ({ reject }) => reject(failure));
    if (dead) this.#endWith(failure);
  }

  /**
   * @param {number} id
   * @param {(pending: Pending) => void} how
   */
  #settle(id, how) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    how(pending);
    if (pending.stage === "load") this.#options.onReader();
    if (this.#pending.size === 0) this.#rest();
  }

  #rest() {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #watch() {
    if (this.#timer !== null) return;
    this.#silentTicks = 0;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    this.#silentTicks += 1;
    const [first] = this.#pending.values();
    if (first?.method === "boot" && this.#silentTicks >= BOOT_LIMIT_TICKS)
      this.#end("engine/boot", "no sign of life");
    else if (first?.stage === "decode" && this.#silentTicks >= DECODE_LIMIT_TICKS) this.#end("engine/hung");
  }

  /**
   * @param {"engine/boot" | "engine/crashed" | "engine/hung" | "job/cancelled"} code
   * @param {string} [details]
   */
  #end(code, details) {
    this.#endWith(InsituError.standard(code, details));
  }

  #endWith(/** @type {InsituError} */ error) {
    if (this.#error) return;
    this.#error = error;
    this.#worker.terminate();
    if (this.#outbox) this.#options.onLoaded?.();
    this.#outbox = [];
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#rest();
    this.#resolveEnded(error);
  }
}
