/**
 * Boundary A: what the page and an engine (worker.js) say to each other. Read this first.
 *
 * Plain data and typed arrays only. One request is answered by exactly one reply; progress and
 * stage messages may come before it. Buffers named "transferred" belong to the receiver.
 */

import type { Column, Measurements, Outlines } from "../objects-types.js";

/** Codes a person or a script may meet; the same list as insitu/errors.py plus the page's own. */
export type ErrorCode =
  | "image/unsupported"
  | "image/corrupt"
  | "image/too-large"
  | "pack/missing"
  | "pack/invalid"
  | "pack/mismatch"
  | "engine/boot"
  | "engine/out-of-memory"
  | "engine/crashed"
  | "engine/hung"
  | "browser/unsupported"
  | "store/full"
  | "store/unavailable"
  | "edit/impossible"
  | "job/cancelled"
  | "bug";

/** An error as it crosses the boundary. `details` (type and traceback) never holds pixels or file names. */
export interface WireError {
  code: ErrorCode;
  message: string;
  details?: string;
}

/** "load": the engine fetches from the site what the reader of a file needs. */
export type Stage = "load" | "decode" | "prepare" | "run" | "postprocess" | "measure" | "render";

/** What the page shows while an engine starts. */
export interface BootProgress {
  step: "python" | "packages" | "runtime" | "self-test";
  /** 0..1 over the whole start */
  fraction: number;
}

export interface EngineInfo {
  insitu: string;
  python: string;
  numpy: string;
  pillow: string;
  onnxruntime: string;
  threads: number;
}

/** Which plane of a file; each counts from 0. */
export interface Selection {
  frame: number;
  z: number;
  /** null: all channels */
  channel: number | null;
  /** of a pyramid, 0 is the largest */
  level: number;
}

/** What a file holds besides the plane that was decoded (insitu.types.Extent). */
export interface Extent {
  frames: number;
  z: number;
  /** empty for grey and colour pictures */
  channels: { name: string; colour: string | null }[];
  /** width and height of each level of a pyramid; empty where there is none */
  levels: [number, number][];
}

/** Distance between the centres of neighbouring pixels. */
export interface Spacing {
  x: number;
  y: number;
  z: number | null;
  unit: "mm" | "um";
  /** what the file calls it */
  origin: string;
}

export interface AnalyseRequest {
  /** name to report by; never shown in `details` */
  name: string;
  /** transferred to the engine */
  bytes: ArrayBuffer;
  /** longest side of the thumbnail in pixels; 0 for none */
  thumbnailSide: number;
  /** null: the one that the pack wants */
  selection: Selection | null;
  /** usual diameter of objects in pixels of the image, for packs that find objects; null: estimated */
  diameter: number | null;
}

export type Flaw = "small" | "blank" | "blurred";

export interface Analysis {
  width: number;
  height: number;
  extent: Extent;
  selection: Selection;
  spacing: Spacing | null;
  /** of the decoded values: "uint8", "float32" ... */
  dtype: string;
  /** distance from the training images in units of the pack's limit (above 1: unlike them); null if it cannot tell */
  unlikeness: number | null;
  /** what the picture lacks to be classified; null: nothing, or the pack takes any */
  flaw: Flaw | null;
  /** id of the class with the highest probability; null, as the next two, of a pack that finds objects */
  label: string | null;
  /** 0..1 */
  score: number | null;
  /** in the order of the pack's classes */
  probabilities: Float32Array | null;
  /** null of a pack that sorts into classes */
  objects: Objects | null;
  /** JPEG drawn by insitu.render; transferred to the page */
  thumbnail: Uint8Array | null;
  /** milliseconds by stage, for benchmarks and "copy details" */
  timings: Partial<Record<Stage, number>>;
}

export interface OverlayRequest {
  name: string;
  /** transferred to the engine */
  bytes: ArrayBuffer;
  /** of the classes, or the runs of objects, to draw; both null: the picture alone */
  probabilities: Float32Array | null;
  runs: Runs | null;
  /** left, top, right and bottom of the part to draw, in pixels of the image; null: all of it. Of the picture alone. */
  region: [number, number, number, number] | null;
  /** longest side of the drawing in pixels */
  side: number;
  selection: Selection | null;
  /** values to show as black and white; null: by themselves */
  contrast: [number, number] | null;
}

export interface Overlay {
  png: Uint8Array;
  /** values that are black and white in it */
  contrast: [number, number];
  /** values between which they can be chosen */
  range: [number, number];
}

/** One row of the CSV, as the page knows it; text is made by insitu.encode.table. */
export interface TableRow {
  file: string;
  state: "queued" | "working" | "done" | "failed" | "cancelled";
  width: number | null;
  height: number | null;
  label: string | null;
  probabilities: Float32Array | null;
  error: string | null;
  /** the chosen plane of a file that holds several, else null */
  plane: Selection | null;
  /** see `Analysis` */
  unlikeness: number | null;
  flaw: Flaw | null;
  /** id of the class that a person assigned */
  reviewedLabel: string | null;
  /** a person left the image out */
  excluded: boolean;
}

export interface TableRequest {
  /** one row an image, or one a class and top-level folder */
  kind: "images" | "summary";
  rows: TableRow[];
  /** least probability at which a class is accepted; null: the pack's */
  threshold: number | null;
}

/** Pixels of numbered objects (insitu.runs.Runs): one horizontal run each, sorted by row and start. */
export interface Runs {
  height: number;
  width: number;
  rows: Int32Array;
  starts: Int32Array;
  /** excluded */
  stops: Int32Array;
  /** from 1 */
  ids: Int32Array;
}

/** The objects of one image (insitu.analysis.Segmentation). */
export interface Objects {
  runs: Runs;
  /** mean probability of each object's pixels, object 1 first; NaN for one that a person made or changed */
  scores: Float32Array;
  measurements: Measurements;
  /** pixels that the network saw per pixel of the image */
  scale: number;
  /** usual diameter in pixels of the image; null without objects */
  diameter: number | null;
}

/** A correction. Points are x, y, x, y ... from the upper left edge of the image, in pixels. */
export type Edit =
  | { kind: "remove"; ids: number[] }
  | { kind: "merge"; ids: number[] }
  | { kind: "split"; id: number; points: Float64Array }
  | { kind: "draw"; points: Float64Array };

/** What is decoded again for its pixels. */
export interface ImageRequest {
  name: string;
  /** transferred to the engine */
  bytes: ArrayBuffer;
  selection: Selection | null;
}

export interface EditRequest extends ImageRequest {
  objects: Objects;
  edit: Edit;
}

export interface ObjectFilesRequest extends ImageRequest {
  objects: Objects;
}

/** One row of the table of images with objects. */
export interface ImageRow {
  file: string;
  state: TableRow["state"];
  width: number | null;
  height: number | null;
  objects: Objects | null;
  error: string | null;
  plane: Selection | null;
  unlikeness: number | null;
}

/** How the files of a batch begin and end; what lies between is made of `batchPart`, image after image. */
export interface BatchTable {
  /** images.csv, whole */
  images: Uint8Array;
  /** of objects.csv: every measurement of some image */
  columns: Column[];
  objectsHead: Uint8Array;
  cocoHead: Uint8Array;
  cocoTail: Uint8Array;
}

export interface BatchPartRequest {
  format: "csv" | "coco";
  file: string;
  objects: Objects;
  /** of `BatchTable` */
  columns: Column[];
  /** from 1, among the images with objects known */
  imageId: number;
  /** 1 + the number of objects of all images before */
  firstId: number;
}

/** One file of a scan. */
export interface SliceFile {
  /** in the order in which files were given, from 0 */
  number: number;
  name: string;
  /** transferred to the engine; several may share a buffer */
  bytes: Uint8Array;
}

export interface SlicesRequest {
  files: SliceFile[];
  /** how many go through the network at once; null: as the pack says */
  batch: number | null;
}

/** What a network says of slices (insitu.volume.look.Looks). */
export interface Looks {
  /** of the maps */
  side: number;
  /** probability of each place of each map, times 255 */
  chances: Uint8Array;
  /** probability that the slice shows the organ */
  presences: Float32Array;
}

/** The slices of some files. */
export interface Slices {
  count: number;
  /** where each comes from and lies; for `locateInSeries` */
  facts: Uint8Array;
  /** Hounsfield units of their upright copies, one after the other, as large as the pack says */
  copies: Int16Array;
  looks: Looks;
  /** files that could not be read, or not to their end */
  leftOut: { file: number; error: ErrorCode }[];
  timings: Partial<Record<Stage, number>>;
}

export interface LocateRequest {
  /** of all groups of slices, in one order */
  facts: Uint8Array[];
  looks: Looks[];
  /** millimetres by which boxes are widened on all sides */
  margin: number;
}

/** Edges, half-open. */
export interface Box3 {
  x0: number;
  y0: number;
  z0: number;
  x1: number;
  y1: number;
  z1: number;
}

/** One series, and what was found in it (insitu.volume.located.Located). */
export interface FoundSeries {
  /** numbers of its slices among all, from the feet to the head where that is known */
  members: Int32Array;
  /** of each slice: the number of its file, and which plane of that it is */
  files: Int32Array;
  planes: Int32Array;
  /** rising; millimetres if `isSpaced` */
  positions: Float64Array;
  /** usual distance of neighbours */
  step: number;
  isSpaced: boolean;
  /** whether they lie across the patient */
  isAxial: boolean;
  /** what is odd about it (insitu.volume.series.Oddity), how many slices it concerns, and that in words */
  notes: { kind: string; count: number; words: string }[];
  /** why there is no box (insitu.volume.box.Reason), and that in words */
  reason: string | null;
  why: string | null;
  confidence: number;
  /** whole pixels of the slices as they are stored, and numbers of slices in their order */
  voxels: Box3 | null;
  /** millimetres to the left, the back and the head */
  patient: Box3 | null;
  presences: Float32Array;
  /** part of each copy that the network takes for the organ */
  shares: Float32Array;
  /** of the slices as they are stored */
  width: number;
  height: number;
  spacing: Spacing | null;
  /**
   * Three rows of four: times column, row, slice and 1 (whole numbers are centres of voxels, so an edge `x0` of a box lies
   * at x0 - 0.5) they give millimetres to the left, the back and the head. The corners of `voxels` are those of `patient`.
   * null where slices are not evenly placed, or do not say where they lie.
   */
  affine: Float64Array | null;
  /** from the stored slice to the upright copy: swap rows and columns first, then mirror */
  turn: { swap: boolean; mirror_x: boolean; mirror_y: boolean };
  /** how the slice lies in its copy: means of `block` x `block` pixels, with air around them */
  reduction: { side: number; block: number; left: number; top: number };
  modality: string;
}

/** What `box.json` and `slices.csv` of one series are made of. */
export interface ScanFilesRequest extends LocateRequest {
  /** which of those that `locateInSeries` gave, from 0 */
  series: number;
  /** files that could not be read, in their order; the first series names them */
  leftOut: { name: string; error: ErrorCode }[];
  /** the box as a person wants it, in voxels; null: as it was found */
  corrected: Box3 | null;
}

export interface NiftiHeadRequest {
  /** as of `LocateRequest` */
  facts: Uint8Array[];
  /** which of those that `locateInSeries` gave, from 0 */
  series: number;
  /** voxels, as found or as a person wants them; rounded to whole ones, at least one, inside the series */
  box: Box3;
}

/** What of a file lies in a box. */
export interface CropPlanesRequest {
  name: string;
  /** transferred to the engine */
  bytes: ArrayBuffer;
  /** which slices of the file, in the order in which they are wanted */
  planes: Int32Array;
  box: Box3;
}

export interface CropDicomRequest {
  name: string;
  /** transferred to the engine: a DICOM file of one slice */
  bytes: ArrayBuffer;
  /** the same for all files of the crop: the identifier of the new series follows from it */
  box: Box3;
  /** of the slice in the cropped series, from 1 */
  number: number;
  /** write names, identifiers and dates of patient and study */
  keepIdentity: boolean;
}

/** A network that is open. */
export interface OpenedPack {
  inputs: string[];
  /** of the first input; null where it may have any size */
  dims: (number | null)[];
  outputs: string[];
}

/** For the speed test: the open network on noise, without Python. */
export interface TimeRunsRequest {
  /** of the network's input, the number of images first */
  dims: number[];
  /** few at a time: an engine lets no message in between them */
  runs: number;
}

/** The closed table of methods. Key: method name; value: [parameters, result]. */
export interface Methods {
  /**
   * Start Python and onnxruntime and run the self-test. Must be the first call. Images of more than `limitPx` pixels are
   * refused (by default 100 million).
   */
  boot: [{ base: string; limitPx?: number }, EngineInfo];
  /** Open a pack; replaces the one before. `model` is a Blob (shared, not copied). */
  openPack: [{ pack: { task: string }; model: Blob }, OpenedPack];
  /** Decode, prepare, run, postprocess and (if asked) render one image. */
  analyse: [AnalyseRequest, Analysis];
  /** Decode again and draw the overlay; no network involved. */
  overlay: [OverlayRequest, Overlay];
  /** UTF-8 text of the CSV of a batch. */
  table: [TableRequest, { csv: Uint8Array }];
  /** The edges of objects. */
  outline: [{ runs: Runs }, Outlines];
  /** Correct objects and measure those that changed; `origins`: the number each had before, 0 if it is new. */
  editObjects: [EditRequest, { objects: Objects; origins: Int32Array }];
  /** All files of one image; their names are what they are made of and `ending`. */
  objectFiles: [ObjectFilesRequest, { files: { ending: string; bytes: Uint8Array }[] }];
  batchTable: [{ rows: ImageRow[] }, BatchTable];
  batchPart: [BatchPartRequest, { bytes: Uint8Array }];
  /** Load and try what scans need, before there is one; for packs that look for an organ. */
  getReady: [Record<string, never>, void];
  /** Read, reduce and look at the slices of some files of a scan. */
  readSlices: [SlicesRequest, Slices];
  /** Sort slices into series and join what was found in each. */
  locateInSeries: [LocateRequest, { series: FoundSeries[] }];
  /** box.json and slices.csv of one series, as the command line writes them. */
  scanFiles: [ScanFilesRequest, { box: Uint8Array; slices: Uint8Array }];
  /**
   * Header and empty extension (352 bytes) of the NIfTI-1 file of a box; the voxels of its slices follow, in their order.
   * `isEven` is false where slices are missing or unevenly placed: the file says that what lies behind a gap has moved up.
   */
  niftiHead: [NiftiHeadRequest, { head: Uint8Array; isEven: boolean }];
  /** Hounsfield units in a box, int16 little-endian, plane after plane, row after row as they are stored. */
  cropPlanes: [CropPlanesRequest, { voxels: Uint8Array }];
  /** A slice cropped to a box, as DICOM; `image/unsupported` where that cannot be written. */
  cropDicom: [CropDicomRequest, { file: Uint8Array }];
  /** Run the open network on noise; milliseconds of each run. */
  timeRuns: [TimeRunsRequest, { ms: Float64Array }];
}

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M][0];
export type Result<M extends MethodName> = Methods[M][1];

/** Page to engine. `cancel` has no reply of its own: the cancelled call replies `job/cancelled`. */
export type ToEngine =
  { kind: "call"; id: number; method: MethodName; params: unknown } | { kind: "cancel"; id: number };

/** Engine to page. `dead` says that the interpreter or the network runtime cannot be used again. */
export type FromEngine =
  | { kind: "loaded" }
  | { kind: "result"; id: number; result: unknown }
  | { kind: "error"; id: number; error: WireError; dead: boolean }
  /** `done`: the part, 0..1, of an image of many tiles that lies behind */
  | { kind: "stage"; id: number; stage: Stage; done: number }
  | { kind: "boot-progress"; progress: BootProgress }
  /** Of other people's pages: bytes of a file of the site that have come so far; what became of keeping them. */
  | { kind: "fetched"; path: string; bytes: number }
  | { kind: "store"; note: WireError }
  /** Requests of this engine that reached the network, as they are noticed. */
  | { kind: "network"; urls: string[] };
