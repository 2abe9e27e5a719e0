/**
 * "Copy details": what a developer needs to know, without pixels and file names.
 *
 * @import { EngineInfo } from "../engine/protocol.js"
 * @import { Scan } from "../scan/types.js"
 * @import { Pack, PageState } from "../types.js"
 */
import { describeMachine } from "./capabilities.js";

/**
 * @param {PageState} state
 * @param {EngineInfo | null} info
 * @param {typeof globalThis} [scope]
 * @returns {string}
 */
export function describeState(state, info, scope = globalThis) {
  const { pool, pack, counts, offline, requests } = state;
  return [
    `Machine: ${describeMachine(scope)}`,
    `Versions: ${describeVersions(info)}`,
    `Pack: ${describePack(pack)}`,
    `Engines: ${pool.kind}, ${pool.engines} of ${pool.size}`,
    `Images: ${Object.entries(counts)
      .map(([key, count]) => `${count} ${key}`)
      .join(", ")}`,
    ...(state.scan ? [describeScan(state.scan)] : []),
    `Offline: ${offline.kind}; requests since ready: ${requests ?? "not ready"}`,
    ...describeErrors(state),
  ].join("\n");
}

/** @param {Scan} scan */
function describeScan({ phase, files, slices, series, leftOut, timings }) {
  const parts = [
    phase,
    `${files.length} files`,
    `${slices} slices`,
    `${series.length} series`,
    `${leftOut.length} left out`,
  ];
  return `Scan: ${parts.join(", ")}${timings ? `; ms ${JSON.stringify(timings)}` : ""}`;
}

/** @param {EngineInfo | null} info */
export function describeVersions(info) {
  if (!info) return "no engine yet";
  return Object.entries(info)
    .map((entry) => entry.join(" "))
    .join(", ");
}

/** @param {Pack | null} pack */
export function describePack(pack) {
  return pack ? `${pack.id} ${pack.version}, model ${pack.model.sha256.slice(0, 12)}` : "none";
}

/** Each different error once. @param {PageState} state */
function describeErrors({ items, pool, blocked, scan }) {
  const errors = [blocked, pool.error, scan?.error ?? null, ...items.map((item) => item.error)];
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (const error of errors) {
    if (!error) continue;
    const text = error.details ? `${error.code}\n${error.details}` : error.code;
    seen.set(text, (seen.get(text) ?? 0) + 1);
  }
  return Array.from(seen, ([text, count]) => `Error (${count} times): ${text}`);
}
