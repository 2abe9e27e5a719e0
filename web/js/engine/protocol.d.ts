/**
 * Boundary A: what the page and an engine (worker.js) say to each other. Read this first.
 *
 * Plain data and typed arrays only. One request is answered by exactly one reply; progress and
 * stage messages may come before it. Buffers named "transferred" belong to the receiver.
 */

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
  | "job/cancelled"
  | "bug";

/** An error as it crosses the boundary. `details` (type and traceback) never holds pixels or file names. */
export interface WireError {
  code: ErrorCode;
  message: string;
  details?: string;
}

/** "load": the engine fetches from the site what the reader of a file needs. */
export type Stage = "load" | "decode" | "prepare" | "run" | "postprocess" | "render";

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
}

export interface Analysis {
  width: number;
  height: number;
  extent: Extent;
  selection: Selection;
  spacing: Spacing | null;
  /** of the decoded values: "uint8", "float32" ... */
  dtype: string;
  /** id of the class with the highest probability */
  label: string;
  /** 0..1 */
  score: number;
  /** in the order of the pack's classes */
  probabilities: Float32Array;
  /** JPEG drawn by insitu.render; transferred to the page */
  thumbnail: Uint8Array | null;
  /** milliseconds by stage, for benchmarks and "copy details" */
  timings: Partial<Record<Stage, number>>;
}

export interface OverlayRequest {
  name: string;
  /** transferred to the engine */
  bytes: ArrayBuffer;
  probabilities: Float32Array;
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
}

/** The closed table of methods. Key: method name; value: [parameters, result]. */
export interface Methods {
  /** Start Python and onnxruntime and run the self-test. Must be the first call. */
  boot: [{ base: string }, EngineInfo];
  /** Open a pack; replaces the one before. `model` is a Blob (shared, not copied). */
  openPack: [{ pack: object; model: Blob }, { inputs: string[]; outputs: string[] }];
  /** Decode, prepare, run, postprocess and (if asked) render one image. */
  analyse: [AnalyseRequest, Analysis];
  /** Decode again and draw the overlay; no network involved. */
  overlay: [OverlayRequest, Overlay];
  /** UTF-8 text of the CSV of a batch. */
  table: [{ rows: TableRow[] }, { csv: Uint8Array }];
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
  | { kind: "stage"; id: number; stage: Stage }
  | { kind: "boot-progress"; progress: BootProgress }
  /** Requests of this engine that reached the network, as they are noticed. */
  | { kind: "network"; urls: string[] };
