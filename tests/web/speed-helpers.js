/** A pack, tests and engines for the speed test. */
import { HEALTHY, fakeSpawn } from "./fake-engine.js";

/** As far as the speed test reads it. @type {any} */
export const PACK = {
  id: "cells",
  name: "Cells",
  version: "1.0.0",
  model: { file: "model.onnx", sha256: "ab".repeat(32), size: 1 },
  classify: { geometry: { width: 96, height: 64 } },
};

/** One size whose runs all took as long. @param {number} engines @param {number} batch @param {number} ms */
export function measured(engines, batch, ms) {
  return { engines, batch, warmUp: [9 * ms], ms: [ms, ms, ms] };
}

/** @param {any[]} entries @param {object} [more] @returns {any} */
export function trialOf(entries, more = {}) {
  return {
    pack: PACK,
    choice: { engines: [1, 2], largest: 8, runs: 3 },
    startedAt: new Date(Date.UTC(2026, 10, 21, 12)),
    image: [3, 64, 96],
    info: { insitu: "0.1.0", onnxruntime: "1.30.0" },
    measured: entries,
    stops: [],
    now: null,
    cancelled: false,
    ...more,
  };
}

/**
 * Engines on which a run takes `runMs(batch)`, and a clock that only they move.
 * @param {(batch: number) => number | import("./fake-engine.js").Reaction} runMs
 * @param {(number | null)[]} [dims] of the network
 */
export function timedEngines(runMs, dims = [null, 3, null, null]) {
  let now = 0;
  /** Batch and runs of each call. @type {[number, number][]} */
  const calls = [];
  const { spawn, workers } = fakeSpawn((method, params) => {
    if (method === "openPack") return { result: { inputs: ["image"], dims, outputs: [] } };
    if (method !== "timeRuns") return HEALTHY(method, params);
    const [batch] = params.dims;
    calls.push([batch, params.runs]);
    const ms = runMs(batch);
    if (typeof ms !== "number") return ms;
    now += ms * params.runs;
    return { result: { ms: new Float64Array(params.runs).fill(ms) } };
  });
  return { spawn, workers, calls, clock: () => now };
}
