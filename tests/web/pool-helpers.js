/** A pool on fake engines, and what its tests ask of it. */
import { Pool } from "../../web/js/engine/pool.js";
import { HEALTHY, fakeSpawn } from "./fake-engine.js";

/** @typedef {import("./fake-engine.js").Script} Script */

/**
 * @param {Script} [script]
 * @param {object} [options]
 */
export function start(script, options = {}) {
  const { spawn, workers } = fakeSpawn(script);
  const states = /** @type {string[]} */ ([]);
  const pool = new Pool({ engines: 1, spawn, onChange: ({ kind }) => states.push(kind), ...options });
  return { pool, workers, states };
}

export const item = (/** @type {string} */ name, more = {}) => ({
  id: name,
  name,
  read: () => Promise.resolve(new ArrayBuffer(4)),
  thumbnailSide: 0,
  ...more,
});
export const code = (/** @type {string} */ expected) => (/** @type {any} */ error) => error.code === expected;

/** Names in the order in which engines were asked to analyse them. */
export const analysed = (/** @type {import("./fake-engine.js").FakeWorker[]} */ workers) =>
  workers.flatMap(({ received }) =>
    received.filter(({ method }) => method === "analyse").map(({ params }) => params.name),
  );

/** A script that holds analyses until `release` is called. */
export function held() {
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @type {Script} */
  const script = async (method, params) => {
    if (method === "analyse") await new Promise((resolve) => waiting.push(() => resolve(null)));
    return HEALTHY(method, params);
  };
  return { script, release: () => waiting.splice(0).forEach((go) => go()) };
}
