/**
 * Transitions of a scan: pure functions from state to state.
 *
 * @import { Box3, ErrorCode, FoundSeries, WireError } from "../engine/protocol.js"
 * @import { PageState, Source } from "../types.js"
 * @import { Scan, ScanTimings } from "./types.js"
 * @import { Stack } from "./stack.js"
 */

/**
 * Files join those that are there; they are one scan, or several series of one.
 *
 * @param {PageState} state
 * @param {readonly Source[]} sources
 * @param {{ now: number, sample?: boolean }} options
 * @returns {PageState}
 */
export function addFiles(state, sources, { now, sample = false }) {
  const before = state.scan ?? emptyScan(now);
  const running = isRunning(before) && before.files.length > 0;
  /** @type {Scan} */
  const scan = {
    ...before,
    files: [...before.files, ...sources],
    sample: sample && (before.sample || !before.files.length),
    phase: "reading",
    firstLook: null,
    startedAt: running ? before.startedAt : now,
    finishedAt: null,
    timings: null,
    error: null,
  };
  return { ...state, scan };
}

/** @param {number} now @returns {Scan} */
function emptyScan(now) {
  return {
    files: [],
    sample: false,
    phase: "reading",
    settled: 0,
    slices: 0,
    leftOut: [],
    margin: 0,
    series: [],
    stack: null,
    firstLook: null,
    current: 0,
    corrections: new Map(),
    startedAt: now,
    finishedAt: null,
    timings: null,
    error: null,
    keepIdentity: false,
    saved: false,
  };
}

/** @param {Pick<Scan, "phase">} scan */
export function isRunning({ phase }) {
  return phase === "reading" || phase === "joining";
}

/**
 * Some files have been read; those that could not be, or not to their end, are left out.
 *
 * @param {PageState} state
 * @param {{ files: number, slices: number, leftOut: { file: number, error: ErrorCode }[] }} outcome
 * @returns {PageState}
 */
export function settleFiles(state, { files, slices, leftOut }) {
  return change(state, (scan) => ({
    ...scan,
    settled: scan.settled + files,
    slices: scan.slices + slices,
    leftOut: [
      ...scan.leftOut,
      ...leftOut.map(({ file, error }) => ({ file, error, name: scan.files[file]?.name ?? "" })),
    ].sort((a, b) => a.file - b.file),
  }));
}

/** @param {PageState} state @returns {PageState} */
export function beginJoining(state) {
  return change(state, (scan) => ({ ...scan, phase: "joining" }));
}

/**
 * An answer from some of the files, while the others are read.
 *
 * @param {PageState} state
 * @param {{ series: FoundSeries[], stack: Stack, now: number }} found
 * @returns {PageState}
 */
export function showFirstLook(state, { series, stack, now }) {
  return change(state, (scan) => ({
    ...scan,
    series,
    stack,
    firstLook: { slices: stack.count, ms: now - scan.startedAt },
  }));
}

/**
 * @param {PageState} state
 * @param {{ series: FoundSeries[], stack: Stack, timings: ScanTimings, now: number }} found
 * @returns {PageState}
 */
export function finishScan(state, { series, stack, timings, now }) {
  return change(state, (scan) => ({
    ...scan,
    phase: "done",
    series,
    stack,
    firstLook: null,
    timings,
    current: Math.min(scan.current, Math.max(0, series.length - 1)),
    finishedAt: now,
    saved: false,
  }));
}

/** The same slices, another margin. @param {PageState} state @param {number} margin @param {FoundSeries[]} series @returns {PageState} */
export function relocate(state, margin, series) {
  return change(state, (scan) => ({ ...scan, margin, series, saved: false }));
}

/** @param {PageState} state @param {WireError | null} error null: the person stopped it @param {number} now @returns {PageState} */
export function endScan(state, error, now) {
  return change(state, (scan) => ({
    ...scan,
    // Of a scan that was not read to its end nothing stays in sight.
    ...(scan.firstLook ? { series: [], stack: null, firstLook: null } : {}),
    phase: error ? "failed" : "cancelled",
    error,
    finishedAt: now,
  }));
}

/** @param {PageState} state @param {number} current @returns {PageState} */
export function chooseSeries(state, current) {
  return change(state, (scan) => ({ ...scan, current }));
}

/** What a series keeps when others come or boxes are widened. @param {FoundSeries} series */
export function keyOf({ members }) {
  return `${members[0]}-${members.at(-1)}-${members.length}`;
}

/** The box of a series: a person's, else the one that was found. @param {Scan} scan @param {FoundSeries} series */
export function boxOf(scan, series) {
  return scan.corrections.get(keyOf(series))?.at(-1) ?? series.voxels;
}

/** @param {Scan} scan @param {FoundSeries} series */
export function correctedBox(scan, series) {
  return scan.corrections.get(keyOf(series))?.at(-1) ?? null;
}

/** @param {PageState} state @param {FoundSeries} series @param {Box3} box @returns {PageState} */
export function correctBox(state, series, box) {
  return change(state, (scan) => {
    const corrections = new Map(scan.corrections);
    corrections.set(keyOf(series), [...(corrections.get(keyOf(series)) ?? []), box]);
    return { ...scan, corrections, saved: false };
  });
}

/** Back to the box before. @param {PageState} state @param {FoundSeries} series @returns {PageState} */
export function undoBox(state, series) {
  return change(state, (scan) => {
    const corrections = new Map(scan.corrections);
    const left = (corrections.get(keyOf(series)) ?? []).slice(0, -1);
    if (left.length) corrections.set(keyOf(series), left);
    else corrections.delete(keyOf(series));
    return { ...scan, corrections, saved: false };
  });
}

/** @param {PageState} state @param {boolean} keepIdentity @returns {PageState} */
export function setKeepIdentity(state, keepIdentity) {
  return change(state, (scan) => ({ ...scan, keepIdentity }));
}

/** @param {PageState} state @returns {PageState} */
export function markSaved(state) {
  return change(state, (scan) => ({ ...scan, saved: true }));
}

/** The scan goes; it can come back until `forgetCleared`. @param {PageState} state @returns {PageState} */
export function clearScan(state) {
  return state.scan ? { ...state, scan: null, clearedScan: state.scan } : state;
}

/** @param {PageState} state @param {(scan: Scan) => Scan} edit @returns {PageState} */
function change(state, edit) {
  return state.scan ? { ...state, scan: edit(state.scan) } : state;
}
