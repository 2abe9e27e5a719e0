/** Workers that behave as a test tells them to, behind the real client. */
import { Engine } from "../../web/js/engine/client.js";

/**
 * @typedef {import("../../web/js/engine/protocol.js").WireError} WireError
 * What a fake engine does with a call: answer, fail, die, or say nothing.
 * @typedef {{ result: unknown } | { error: WireError, dead?: boolean } | "crash" | "silence"} Reaction
 * @typedef {(method: string, params: any, worker: FakeWorker) => Reaction | Promise<Reaction>} Script
 */

export const INFO = {
  insitu: "1",
  python: "3",
  numpy: "2",
  pillow: "12",

  onnxruntime: "1",
  threads: 1,
};
export const PACK = { pack: { id: "cells", version: "1" }, model: new Blob(["cells"]) };
export const OTHER_PACK = { pack: { id: "plants", version: "1" }, model: new Blob(["plants"]) };

export const DEAD = { error: { code: "engine/crashed", message: "The engine stopped." }, dead: true };
export const CORRUPT = { error: { code: "image/corrupt", message: "The file is cut." } };

/** Starts, opens packs, and answers an analysis with the name it was given. */
export const HEALTHY = (/** @type {string} */ method, /** @type {any} */ params) => ({
  result:
    method === "boot" ? INFO : { label: params?.name ?? "", csv: new Uint8Array(), png: new Uint8Array() },
});

export class FakeWorker {
  /** @type {Map<string, ((event: any) => void)[]>} */
  #listeners = new Map();
  #script;
  #tail = Promise.resolve();
  terminated = false;
  /** Calls and cancels, in the order of their arrival. @type {any[]} */
  received = [];
  /** @type {Set<number>} */
  cancelled = new Set();

  /** @param {Script} script */
  constructor(script) {
    this.#script = script;
  }

  addEventListener(/** @type {string} */ type, /** @type {any} */ listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  terminate() {
    this.terminated = true;
  }

  postMessage(/** @type {any} */ message) {
    this.received.push(message);
    if (message.kind === "cancel") this.cancelled.add(message.id);
    else this.#tail = this.#tail.then(() => this.#react(message));
  }

  /** Send a message to the page. */
  say(/** @type {object} */ message) {
    if (!this.terminated) this.emit("message", { data: message });
  }

  emit(/** @type {string} */ type, /** @type {object} */ event) {
    for (const listener of this.#listeners.get(type) ?? []) listener({ preventDefault() {}, ...event });
  }

  async #react(/** @type {any} */ { id, method, params }) {
    const reaction = await this.#script(method, params, this);
    if (reaction === "silence") return new Promise(() => {});
    if (reaction === "crash") this.emit("error", { message: "unreachable" });
    else if ("result" in reaction) this.say({ kind: "result", id, result: reaction.result });
    else this.say({ kind: "error", id, dead: false, ...reaction });
  }
}

/**
 * A `spawn` for the pool that remembers what it has made.
 * @param {Script} [script]
 */
export function fakeSpawn(script = HEALTHY) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const spawn = (/** @type {any} */ options) => {
    const worker = new FakeWorker(script);
    workers.push(worker);
    const engine = new Engine(/** @type {any} */ (worker), options);
    worker.say({ kind: "loaded" });
    return engine;
  };
  return { spawn, workers };
}

/** Let everything that is due happen. */
export async function settle(rounds = 20) {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Numbers from a seed, 0..1 (mulberry32). */
export function random(/** @type {number} */ seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
