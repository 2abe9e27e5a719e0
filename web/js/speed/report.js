/**
 * What a test came to, as files to take away and as lines to copy.
 *
 * @import { EngineInfo } from "../engine/protocol.js"
 * @import { Pack } from "../types.js"
 * @import { Measured, Trial } from "./types.js"
 */
import { describeMachine } from "../lib/capabilities.js";
import { describePack, describeVersions } from "../lib/details.js";
import { LEAST_RUNS, RUN_LIMIT_MS, SIZE_LIMIT_MS, WARM_UP_MS } from "./plan.js";
import { bestOf, figuresOf } from "./statistics.js";

/** Raised when a reader of the JSON has to be changed. */
const FORMAT = 1;

/** One row a size. @param {Trial} trial */
export function reportCsv({ measured, pack, info }) {
  const rows = measured.map((entry) => ({
    ...rowOf(entry),
    pack: pack.id,
    pack_version: pack.version,
    insitu_version: info?.insitu ?? "",
  }));
  const names = /** @type {(keyof typeof rows[number])[]} */ (Object.keys(rows[0] ?? {}));
  const lines = rows.map((row) => names.map((name) => row[name]).join(","));
  return [names.join(","), ...lines, ""].join("\n");
}

/** Everything, each run too. @param {Trial} trial @param {typeof globalThis} [scope] */
export function reportJson({ pack, choice, image, info, measured, stops, startedAt, cancelled }, scope) {
  const best = bestOf(measured);
  const report = {
    format: FORMAT,
    started: startedAt.toISOString(),
    cancelled,
    machine: describeMachine(scope),
    versions: info,
    pack: { id: pack.id, version: pack.version, model_sha256: pack.model.sha256 },
    image: image && { channels: image[0], height: image[1], width: image[2] },
    asked: choice,
    rules: {
      run_limit_ms: RUN_LIMIT_MS,
      size_limit_ms: SIZE_LIMIT_MS,
      least_runs: LEAST_RUNS,
      warm_up_ms: WARM_UP_MS,
    },
    best: best && { engines: best.engines, batch: best.batch, ms_per_image_p50: figuresOf(best).imageP50 },
    sizes: measured.map((entry) => ({ ...rowOf(entry), warm_up_ms: entry.warmUp, run_ms: entry.ms })),
    stops,
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

/** @param {Measured} measured */
function rowOf(measured) {
  const { first, p50, p95, imageP50, imageP95 } = figuresOf(measured);
  return {
    engines: measured.engines,
    batch: measured.batch,
    runs: measured.ms.length,
    first_run_ms: round(first),
    p50_ms: round(p50),
    p95_ms: round(p95),
    p50_ms_per_image: round(imageP50),
    p95_ms_per_image: round(imageP95),
    images_per_second: round(1000 / imageP50),
  };
}

/** Clocks of browsers tell no more than 5 µs. @param {number} value */
function round(value) {
  return Number(value.toFixed(4));
}

/**
 * For "copy": the device and what runs on it.
 *
 * @param {Pack | null} pack
 * @param {EngineInfo | null} info
 * @param {number} clockStep of `clockStepMs`
 * @param {typeof globalThis} [scope]
 */
export function describeDevice(pack, info, clockStep, scope = globalThis) {
  return [
    `Machine: ${describeMachine(scope)}`,
    `Versions: ${describeVersions(info)}`,
    `Pack: ${describePack(pack)}`,
    `Clock: steps of ${clockStep} ms`,
  ].join("\n");
}

/**
 * Browsers coarsen their clock, some that hide who a person is to 100 ms. Takes 250 ms at most.
 *
 * @param {Pick<Performance, "now">} performance
 * @returns {number} the least of several steps, because others have the processor too
 */
export function clockStepMs(performance) {
  const since = performance.now();
  let now = since;
  let least = Infinity;
  for (let steps = 0; steps < 10 && now - since < 200; steps += 1) {
    const before = now;
    while (now === before) now = performance.now();
    least = Math.min(least, now - before);
  }
  return Number(least.toPrecision(2));
}
