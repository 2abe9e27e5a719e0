/** The vocabulary of the page: the one state that the views draw, and what they may ask for. */
import type {
  Analysis,
  Edit,
  EngineInfo,
  Extent,
  Flaw,
  FoundSeries,
  Objects,
  OverlayRequest,
  Selection,
  Spacing,
  WireError,
} from "./engine/protocol.js";
import type { DecisionState } from "./lib/decision.js";
import type { Outlines } from "./objects-types.js";
import type { PoolState } from "./engine/pool-types.js";
import type { OfflineState } from "./offline-types.js";
import type { Scan, ScanFile, SheetContent } from "./scan/types.js";

export type ItemState = "queued" | "working" | "done" | "failed" | "cancelled";

/** One file that a person gave, before it is in the list. */
export interface Source {
  /** base name, or the path from the dropped folder downward, with "/" */
  name: string;
  /** bytes, 0 if unknown; asked only when shown, for browsers look the file up each time */
  size: () => number;
  read: () => Promise<ArrayBuffer>;
  /** where it lies on a disk, and not in an archive */
  file?: File;
}

/** Sources in the order to list them, and how many system files were passed over. */
export interface Collected {
  sources: Source[];
  skipped: number;
  /** folders and files that the browser could not open */
  unreadable: number;
}

/** What a person decided of an image; what the network said of it stays as it is. */
export interface Review {
  /** id of the class that the person assigned */
  reviewedLabel: string | null;
  /** left out by the person */
  excluded: boolean;
}

/** One judgement of a person, so that it can be undone. */
export interface ReviewStep {
  id: number;
  before: Review;
  after: Review;
}

/** One image in the list. Values are replaced, never changed. */
export interface Item extends Source, Review {
  /** counts up by one from `PageState.firstId`, so that it is also the position in the list */
  id: number;
  /** drawn by code and not a photograph */
  sample: boolean;
  state: ItemState;
  width: number | null;
  height: number | null;
  label: string | null;
  score: number | null;
  probabilities: Float32Array | null;
  /** what the engine found, where the pack finds objects */
  objects: Objects | null;
  /** see `Analysis` in protocol.d.ts */
  unlikeness: number | null;
  flaw: Flaw | null;
  /** the objects after each of a person's corrections, the last one last */
  corrections: readonly Objects[];
  /** 0..1 of an image of many tiles, while it is in work */
  progress: number;
  /** JPEG that Python drew; its address (lib/thumbnail.js) is released when the item is forgotten */
  thumbnail: Uint8Array | null;
  error: WireError | null;
  /** what the file holds; null before it was first decoded */
  extent: Extent | null;
  spacing: Spacing | null;
  dtype: string | null;
  /** the plane that was analysed; null before the file was first decoded */
  plane: Selection | null;
  /** the plane that the person chose; null: the one that the pack wants */
  selection: Selection | null;
  /** values that the person wants black and white; null: by themselves */
  contrast: [number, number] | null;
  /** usual diameter of objects in pixels that the person gave; null: estimated */
  diameter: number | null;
}

export type Settled =
  { state: "done"; analysis: Analysis } | { state: "failed"; error: WireError } | { state: "cancelled" };

export interface PackClass {
  id: string;
  name: string;
  letter: string;
  colour: string;
}

/** A compiled `pack.json`, as far as the page reads it; see ARCHITECTURE.md. */
export interface Pack {
  id: string;
  name: string;
  version: string;
  description: string;
  licence: string;
  task: "classify" | "segment" | "locate";
  model: { file: string; sha256: string; size: number };
  /** of the task that it names */
  classify?: { geometry: { width: number; height: number }; threshold: number };
  locate?: { side_px: number };
  segment?: { tiling: { tile_px: number; halo_px: number } };
  classes: PackClass[];
  expects: { text: string; size: string; stain: string; not_for: string; picture: string };
  notice: string;
  samples: { note: string; files: string[] };
}

export type SortKey = "added" | "name" | "label" | "score" | "objects" | "diameter" | "size" | "state";
export interface Sort {
  key: SortKey;
  descending: boolean;
}

export interface Filter {
  /** part of a name, whatever its case; "" for all */
  text: string;
  label: string | null;
  state: ItemState | null;
  /** what became of the answer; packs that find objects know only `unlike` */
  decision: DecisionState | null;
  /** what a person did with it; "open": nothing yet */
  review: "open" | "reviewed" | "excluded" | null;
  /** 0..1; items with a higher score are hidden */
  maxScore: number;
}

/** How fast items settle: moments (ms) with the number settled by then, newest last. */
export type Pace = { at: number; settled: number }[];

export interface Batch {
  items: readonly Item[];
  firstId: number;
  counts: Record<ItemState, number>;
  /** images by class: a person's where one was assigned, else the network's */
  labels: Record<string, number>;
  skipped: number;
  /** judgements that can be undone, the newest last */
  reviewSteps: readonly ReviewStep[];
}

export interface PageState extends Batch {
  nextId: number;
  /** counts results as they come and go; equal to `exported` when a CSV has them all */
  revision: number;
  exported: number;
  /** a cleared batch that can still come back */
  cleared: Batch | null;
  /** what packs work on that look for an organ in a scan; they have no items */
  scan: Scan | null;
  clearedScan: Scan | null;
  pace: Pace;
  /** when the batch began and ended, ms; null where it has not */
  startedAt: number | null;
  finishedAt: number | null;

  view: "gallery" | "table";
  filter: Filter;
  sort: Sort;
  /** least probability at which a class is accepted; null: the pack's */
  threshold: number | null;
  /** what a person did last, in words to be shown and spoken */
  lastReview: { step: ReviewStep; undone: boolean } | null;
  /** whether the next image follows when one is judged in full */
  goesOn: boolean;
  /** judgements by pack and item, of packs that are not chosen now */
  keptReviews: Readonly<Record<string, ReadonlyMap<number, Review>>>;
  /** item under the keyboard, and whether its sheet is open */
  currentId: number | null;
  detailOpen: boolean;
  dialog: "about" | "keys" | "licences" | "details" | "pack" | null;

  packs: { id: string; name: string }[];
  pack: Pack | null;
  packId: string | null;
  model: { done: number; total: number } | null;
  packOpen: boolean;

  pool: PoolState;
  offline: OfflineState;
  /** null until the page is ready for the first time */
  requests: number | null;
  /** files found so far while a dropped folder is being walked */
  collecting: number | null;
  /** overlays drawn so far, while the ZIP is written */
  zip: { done: number; total: number } | null;
  /** sentences that stay until dismissed */
  notes: { id: string; text: string }[];
  /** the page cannot go on */
  blocked: WireError | null;
}

/** What Python drew of an item, with the contrast it has and the values between which that can be chosen. */
export interface Drawing {
  png: Blob;
  contrast: [number, number];
  range: [number, number];
}

/** Objects after a correction, and the numbers of those that are new or changed. */
export interface Corrected {
  objects: Objects;
  changed: number[];
}

/** What the views may ask for; main.js gives it to every view. */
export interface Actions {
  drop(transfer: DataTransfer): void;
  choose(files: FileList): void;
  trySamples(): void;
  pickFiles(): void;
  pickFolder(): void;
  choosePack(id: string): void;
  cancel(): void;
  pause(): void;
  resume(): void;
  clear(): void;
  undoClear(): void;
  tryAgain(ids: number[]): void;
  restart(): void;
  downloadCsv(): void;
  /** Counts and shares of classes by top-level folder */
  downloadSummary(): void;
  /** The table of objects, where the pack finds some */
  downloadObjects(): void;
  /** Drawings, and of packs that find objects all files */
  downloadZip(): void;
  cancelZip(): void;
  takeUpdate(): void;
  checkUpdate(): void;
  /** An item at full size, drawn by Python */
  drawOverlay(item: Item, signal: AbortSignal): Promise<Drawing>;
  /** An item without its result, or a part of it in more detail */
  drawPicture(item: Item, region: OverlayRequest["region"], signal: AbortSignal): Promise<Drawing>;
  /** The edges of an item's objects */
  traceOutlines(objects: Objects, signal: AbortSignal): Promise<Outlines>;
  /** Correct objects; rejects with a sentence if that changes nothing. See corrections.js. */
  correct(id: number, edit: Edit, of: Objects | null): Promise<Corrected | null>;
  undoCorrection(id: number): void;
  /** The usual diameter of objects: they are looked for again. */
  setDiameter(id: number, diameter: number | null): void;
  /** Another plane of a file: it is analysed in place of the one before. */
  choosePlane(id: number, change: Partial<Selection>): void;
  /** How a plane is shown; its analysis is not touched. */
  setContrast(id: number, contrast: [number, number] | null): void;
  /** How many millimetres wider than what was found the box of a scan is. */
  setMargin(margin: number): void;
  /** Whether DICOM files to take away say who the patient is. */
  keepIdentity(keep: boolean): void;
  /** Hounsfield units of one slice of a series, as its file holds it. */
  readSlice(
    file: Source,
    series: FoundSeries,
    slice: number,
    signal: AbortSignal,
  ): Promise<{ width: number; height: number; values: Int16Array }>;
  /** Files of the series in sight. */
  downloadScan(what: ScanFile, content: SheetContent | null): void;
  details(): string;
  engineInfo(): EngineInfo | null;
  update(change: (state: PageState) => PageState): void;
}

/** Holds the current state and tells who listens. */
export interface Box {
  readonly state: PageState;
  update(change: (state: PageState) => PageState): void;
  /** @returns stops listening */
  subscribe(listener: () => void): () => void;
}
