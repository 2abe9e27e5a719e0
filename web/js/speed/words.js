/**
 * The speed test in the words of the person.
 *
 * @import { Figures, KeptBatch, Measured, Now, Stop, Trial } from "./types.js"
 */
import { formatCount, formatDuration, formatNumber, formatTimeLeft } from "../lib/format.js";
import { formatValue } from "../objects/figures.js";
import { RUN_LIMIT_MS } from "./plan.js";
import { bestOf, bestOfSeries, figuresOf, seriesOf } from "./statistics.js";

/** Four significant digits. @param {number} ms */
export function formatMs(ms) {
  return formatValue(ms, "real");
}

/** @param {number} batch */
export function formatBatch(batch) {
  return formatNumber(batch, "image");
}

/** @param {number} engines */
export function formatEngines(engines) {
  return formatNumber(engines, "engine");
}

/** Images a second. @param {Figures} figures */
export function formatPerSecond({ imageP50 }) {
  return formatValue(1000 / imageP50, "real");
}

/** What is happening, as parts of a line. @param {Now} now @returns {string[]} */
export function sayNow({ part, engines, batch, done, runs, secondsLeft }) {
  if (part === "start") return [`Starting ${formatEngines(engines)}`];
  const step = part === "warm-up" ? "warming up" : `run ${formatCount(Math.min(done + 1, runs))} of ${runs}`;
  const parts = [formatEngines(engines), `batch of ${formatCount(batch)}`, step];
  return secondsLeft === null ? parts : [...parts, `about ${formatTimeLeft(secondsLeft)}`];
}

/** The best size, and how it compares with single images. @param {Trial} trial */
export function sayBest({ measured }) {
  const best = bestOf(measured);
  if (!best) return "Nothing was measured.";
  const { imageP50 } = figuresOf(best);
  const [single] = measured.filter((entry) => entry.engines === best.engines && entry.batch === 1);
  const gain = single ? figuresOf(single).imageP50 / imageP50 : 1;
  const than = gain >= 1.005 ? `, ${formatGain(gain)} of one at a time` : "";
  return `Best: ${formatBatch(best.batch)} at a time with ${formatEngines(best.engines)}, ${formatMs(imageP50)} ms per image${than}.`;
}

/** @param {number} gain */
function formatGain(gain) {
  return gain < 2
    ? `${Math.round(100 * (gain - 1))} % above the speed`
    : `${gain.toFixed(1)} times the speed`;
}

/** The best of each number of engines, where there are several. @param {readonly Measured[]} measured @returns {string[]} */
export function sayBestOfEach(measured) {
  const series = seriesOf(measured);
  if (series.length < 2) return [];
  return series.flatMap((entries) => {
    const best = bestOfSeries(entries);
    if (!best) return [];
    return `${formatEngines(best.engines)}: ${formatBatch(best.batch)} at a time, ${formatMs(figuresOf(best).imageP50)} ms per image`;
  });
}

/** @param {KeptBatch} kept */
export function sayKept({ batch, engines, at }) {
  return `Kept on this device for this pack: ${formatBatch(batch)} at a time (${formatEngines(engines)}, ${at.slice(0, 10)}).`;
}

/**
 * Why a size was not measured; `ms` is what a run took or would take.
 *
 * @param {Stop["code"]} code
 * @param {number} batch
 * @param {{ ms?: number, tried?: boolean, message?: string }} [more]
 */
export function sayStop(code, batch, { ms = 0, tried = false, message = "" } = {}) {
  const size = formatCount(batch);
  const limit = formatDuration(RUN_LIMIT_MS / 1000);
  const time = formatDuration(ms / 1000);
  if (code === "limit/memory") return `Batches from ${size} on may need more memory than there is.`;
  if (code === "limit/time" && tried)
    return `A run with a batch of ${size} took ${time}; the limit is ${limit}.`;
  if (code === "limit/time")
    return `A run with a batch of ${size} would take about ${time}; the limit is ${limit}.`;
  if (code === "engine/out-of-memory")
    return `The memory ran out at a batch of ${size}; smaller ones were measured.`;
  if (code === "engine/crashed")
    return `An engine stopped at a batch of ${size}, perhaps for lack of memory.`;
  return message;
}
