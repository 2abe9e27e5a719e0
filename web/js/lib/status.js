/**
 * What is happening now, in the words of the person.
 *
 * @import { BootProgress } from "../engine/protocol.js"
 * @import { Scan } from "../scan/types.js"
 * @import { PageState } from "../types.js"
 */
import { workOf } from "../selectors.js";
import {
  formatBytesOf,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatTimeLeft,
} from "./format.js";
import { ratePerSecond, secondsLeft } from "./pace.js";

/** @type {Record<BootProgress["step"], string>} */
const BOOT_STEPS = {
  python: "Starting Python",
  packages: "Loading the imaging libraries",
  runtime: "Starting the network runtime",
  "self-test": "Checking that images decode exactly",
};

/**
 * One line on the engines; while they start, how far they are (0..1, null when unknown).
 *
 * @param {PageState} state
 * @returns {{ text: string, fraction: number | null }}
 */
export function sayEngineState(state) {
  const { pool, packOpen, model, offline, blocked } = state;
  if (blocked || pool.kind === "failed") return { text: "Stopped", fraction: null };
  if (packOpen && pool.paused && workOf(state).running) {
    return { text: pool.working ? "Pausing" : "Paused", fraction: null };
  }
  if (packOpen && pool.loadingReader)
    return { text: "Loading the reader for this kind of file", fraction: null };
  if (packOpen && pool.kind === "working") {
    return { text: workOf(state).running ? "Analysing" : "Drawing", fraction: null };
  }
  if (packOpen && pool.kind === "ready") return { text: "Ready", fraction: null };
  if (offline.kind === "installing" && !pool.boot && !pool.engines) return sayInstalling(offline);
  if (pool.boot) return { text: BOOT_STEPS[pool.boot.step], fraction: pool.boot.fraction };
  if (model && model.done < model.total) return sayDownloading(model);
  return { text: pool.engines ? "Compiling the network" : "Starting Python", fraction: null };
}

/**
 * What the speed test waits for before it can start; it has no engines by then.
 *
 * @param {PageState} state
 * @returns {{ text: string, fraction: number | null }}
 */
export function sayReadiness({ offline, model, blocked }) {
  if (blocked) return { text: "Stopped", fraction: null };
  if (offline.kind === "installing") return sayInstalling(offline);
  if (model && model.done < model.total) return sayDownloading(model);
  return { text: "Getting ready", fraction: null };
}

/** @param {{ done: number, total: number }} bytes */
function sayInstalling(bytes) {
  return { text: sayBytes("Putting this page on your device", bytes), fraction: part(bytes) };
}

/** @param {{ done: number, total: number }} bytes */
function sayDownloading(bytes) {
  return { text: sayBytes("Downloading the network", bytes), fraction: part(bytes) };
}

/** @param {string} what @param {{ done: number, total: number }} bytes */
function sayBytes(what, { done, total }) {
  return total ? `${what}, ${formatBytesOf(done, total)}` : what;
}

/** @param {{ done: number, total: number }} bytes */
function part({ done, total }) {
  return total ? done / total : null;
}

/**
 * Count, rate and time left, or how it ended. Empty without images.
 *
 * @param {PageState} state
 * @returns {string[]} parts of one line
 */
export function sayProgress(state) {
  const { total, settled, running } = workOf(state);
  if (!total) return [];
  if (!running) return state.scan ? sayEndOfScan(state.scan) : sayEnd(state);
  const parts = [`${formatCount(settled)} of ${formatCount(total)}`];
  const rate = ratePerSecond(state.pace);
  const left = secondsLeft(state.pace, total - settled);
  if (rate && left && !state.pool.paused) parts.push(formatRate(rate), formatTimeLeft(left));
  return parts;
}

/** @param {PageState} state */
function sayEnd({ items, counts, startedAt, finishedAt }) {
  const parts = [formatNumber(items.length, "image")];
  if (counts.failed) parts.push(`${formatCount(counts.failed)} failed`);
  if (counts.cancelled) parts.push(`${formatCount(counts.cancelled)} cancelled`);
  if (startedAt !== null && finishedAt !== null && counts.done) {
    parts.push(formatDuration((finishedAt - startedAt) / 1000));
  }
  return parts;
}

/** @param {Scan} scan */
function sayEndOfScan({ slices, leftOut, startedAt, finishedAt }) {
  const parts = [formatNumber(slices, "slice")];
  if (leftOut.length) parts.push(`${formatNumber(leftOut.length, "file")} left out`);
  if (finishedAt !== null) parts.push(formatDuration((finishedAt - startedAt) / 1000));
  return parts;
}

/** @param {PageState} state */
export function sayRequests({ requests }) {
  return requests === null
    ? "Requests are counted once the page is ready"
    : `${formatNumber(requests, "request")} since ready`;
}

/** @param {PageState} state */
export function sayOffline({ offline, blocked }) {
  if (blocked?.code === "browser/unsupported") return "Not for offline use";
  if (offline.kind === "ready") return "Ready for offline use";
  if (offline.kind === "installing") return "Preparing offline use";
  return "Needs a network to open";
}
