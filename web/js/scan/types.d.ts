/** The vocabulary of scans: files that together are one thing, in which an organ is looked for. */
import type { Box3, ErrorCode, FoundSeries, WireError } from "../engine/protocol.js";
import type { Source } from "../types.js";
import type { Planes } from "./geometry.js";
import type { Pictures } from "./pictures.js";
import type { Stack } from "./stack.js";

export interface LeftOut {
  file: number;
  name: string;
  error: ErrorCode;
}

/** Milliseconds; those of engines are sums over all engines. */
export interface ScanTimings {
  /** from the files being added to an answer from some of them; null where there was none */
  firstLook: number | null;
  /** from the files being added to the answer */
  total: number;
  /** engines waited for bytes */
  read: number;
  /** engines loaded what readers need */
  load: number;
  decode: number;
  /** slices became copies */
  reduce: number;
  /** the network */
  run: number;
  /** from the last slice to the answer */
  join: number;
  groups: number;
  engines: number;
}

/** All files that were dropped, and what was found in them. Values are replaced, never changed. */
export interface Scan {
  /** by their numbers */
  files: readonly Source[];
  /** drawn by code and of no patient */
  sample: boolean;
  phase: "reading" | "joining" | "done" | "failed" | "cancelled";
  /** files that lie behind */
  settled: number;
  slices: number;
  leftOut: readonly LeftOut[];
  /** millimetres by which boxes are widened */
  margin: number;
  series: readonly FoundSeries[];
  /** copies and maps of all slices; null before they are joined */
  stack: Stack | null;
  /** where `series` and `stack` come from some of the files only: how many slices, and how soon they were there */
  firstLook: { slices: number; ms: number } | null;
  /** index of the series in sight */
  current: number;
  /** a person's boxes in place of the one that was found, the last one last, by `keyOf(series)` */
  corrections: ReadonlyMap<string, readonly Box3[]>;
  /** when reading began and ended, ms */
  startedAt: number;
  finishedAt: number | null;
  timings: ScanTimings | null;
  /** why nothing can be said */
  error: WireError | null;
  /** whether DICOM files to take away say who the patient is */
  keepIdentity: boolean;
  /** whether everything is in a file */
  saved: boolean;
}

/** A part of the plane, x to the right and y down. */
export interface Rect {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Values that are black and white. */
export type Window = readonly [number, number];

/** What can be taken away of a series. */
export type ScanFile = "box" | "slices" | "sheet" | "nifti" | "dicom";

/** What a contact sheet shows. */
export interface SheetContent {
  planes: Planes;
  pictures: Pictures;
  window: Window;
  box: Box3 | null;
  corrected: boolean;
  /** the slice in sight */
  current: number | null;
}

export type PlaneName = "axial" | "coronal" | "sagittal";

/** Pixel of the upright copies and number of the slice that all planes go through. */
export interface Cursor {
  x: number;
  y: number;
  slice: number;
}
