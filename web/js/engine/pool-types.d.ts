/**
 * What the page sees of the engines. `pool.js` implements it:
 *
 *   const pool = new Pool({ engines, startWhen: offline.settled, onChange });
 *   pool.usePack({ pack, model });
 *   const analysis = await pool.analyse({ id, name, read: () => file.arrayBuffer(), thumbnailSide: 160 });
 *
 * Every promise of the pool rejects with an `InsituError` (errors.js: `code`, `message`, `details`)
 * and with nothing else.
 */
import type {
  Analysis,
  BootProgress,
  EngineInfo,
  MethodName,
  Params,
  Result,
  Selection,
  Slices,
  WireError,
} from "./protocol.js";
import type { Engine } from "./client.js";

/** A compiled pack (`packs/<id>/pack.json`); the pool and the engine's JavaScript read only these. */
export interface PackFile {
  id: string;
  version: string;
  task: string;
}

export interface PoolOptions {
  /** Most engines at one time; by default from the cores and the memory of the machine. */
  engines?: number;
  /**
   * No engine starts before this has settled (`offline.settled`). "unavailable": files come from the
   * network, so there is one engine only, unless `engines` says otherwise.
   */
  startWhen?: Promise<unknown>;
  /** No image is analysed before this has settled (`offline.quiet`). */
  analyseWhen?: Promise<unknown>;
  /** Called after changes of `pool.state`; changes of one task come as one call. */
  onChange?: (state: PoolState) => void;
  /** Requests of any engine that reached the network. */
  onNetwork?: (urls: string[]) => void;
  /** Where engines find the site, and what else they are told at their start; by default the site that this module is of. */
  boot?: Params<"boot">;
  /** Makes an engine; by default the worker through the blob shim. Tests give their own. */
  spawn?: (options: SpawnOptions) => Engine;
}

export interface SpawnOptions {
  onBootProgress: (progress: BootProgress) => void;
  onNetwork: (urls: string[]) => void;
  /** The engine's `loadsReader` has changed; not called when it ends. */
  onReader: () => void;
  /** Bytes of a file of the site that have come so far; from engines of other people's pages alone, as is `onStore`. */
  onFetched?: (path: string, bytes: number) => void;
  /** The engine's files could not be kept on the device. */
  onStore?: (note: WireError) => void;
}

export interface PoolState {
  /**
   * loading: no engine is ready or no pack is open yet; ready: nothing to do; working: an engine
   * is busy or items wait; failed: engines do not start (see `error`), `restart()` tries again.
   */
  kind: "loading" | "ready" | "working" | "failed";
  /** progress of the first start; null once an engine is ready */
  boot: BootProgress | null;
  /** engines that are ready, and the most there may be */
  engines: number;
  size: number;
  /** images (groups of slices) waiting, and those on an engine */
  queued: number;
  working: number;
  paused: boolean;
  /** an engine loads what the reader of a file needs */
  loadingReader: boolean;
  error: WireError | null;
}

/**
 * queued: waits (also again, after the engine under it died); working: on an engine. How an item
 * settled is told by its promise.
 */
export type ItemState = "queued" | "working";

export interface AnalyseItem {
  /** unique among unsettled items; for `cancel` */
  id: string;
  name: string;
  /** Called when an engine takes the item, and again if it has to be tried once more. */
  read: () => Promise<ArrayBuffer>;
  /** longest side of the thumbnail in pixels; 0 for none */
  thumbnailSide: number;
  /** which plane of a file that holds several; by default the first */
  selection?: Selection | null;
  /**
   * Id of the pack to use; by default the pack in use when the item is queued, or the first one
   * if there is none yet. An item whose pack the pool does not have yet waits for `usePack`.
   */
  pack?: string;
  /** usual diameter of objects in pixels; by default estimated */
  diameter?: number | null;
  onState?: (state: ItemState) => void;
  /** The part, 0..1, of an image of many tiles that lies behind. */
  onProgress?: (done: number) => void;
}

export interface FileToRead {
  /** in the order in which files were given, from 0 */
  number: number;
  name: string;
  read: () => Promise<ArrayBuffer>;
  /** where it lies on a disk */
  file?: File;
}

/** Some files of a scan, which one engine takes at once. */
export interface SlicesItem {
  /** as of `AnalyseItem` */
  id: string;
  files: readonly FileToRead[];
  /** how many slices go through the network at once; null: as the pack says */
  batch: number | null;
  pack?: string;
}

/** What the engines do besides analysing. */
export type AskMethod = Exclude<MethodName, "boot" | "openPack" | "analyse" | "readSlices">;
/** What a method takes, without the bytes of a file, which `AskOptions.read` brings. */
export type AskParams<M extends AskMethod> = Omit<Params<M>, "bytes">;

export interface AskOptions {
  /** For methods that take the bytes of a file; called when an engine takes the job. */
  read?: () => Promise<ArrayBuffer>;
  /** By default the pack in use. */
  pack?: string;
  signal?: AbortSignal;
}

export interface PoolInterface {
  readonly state: PoolState;
  /** Versions of the engine that started last; null before the first is ready. */
  info(): EngineInfo | null;
  /**
   * Give a pack and its network (checked bytes) and make it the default for new items. Safe at any
   * time: items that are queued or on an engine keep the pack they were queued with. Resolves when an engine has
   * opened it; rejects with pack/* or engine/*. `ahead`: all engines start, open it and load the reader of scans now,
   * because its files come by the hundred.
   */
  usePack(given: { pack: PackFile; model: Blob; ahead?: boolean }): Promise<void>;
  /** The network of a pack cannot be had: fail the items that wait for it. */
  failPack(id: string, error: WireError): void;
  analyse(item: AnalyseItem): Promise<Analysis>;
  /** Waits and is cancelled as an analysis; a file that cannot be read is left out, like one that is damaged. */
  readSlices(item: SlicesItem): Promise<Slices & { readMs: number }>;
  /** Anything but an analysis; goes before waiting images. */
  ask<M extends AskMethod>(method: M, params: AskParams<M>, options?: AskOptions): Promise<Result<M>>;
  /** Reject one item with job/cancelled, waiting or working. False if there is no such item. */
  cancel(id: string): boolean;
  /** Cancel all images (not what was asked). */
  cancelAll(): void;
  /** Images that wait stay; what is on an engine finishes; what is asked goes on. */
  pause(): void;
  resume(): void;
  /** After `failed`: try again to start engines. */
  restart(): void;
  /** End all engines and cancel all that is unsettled. */
  dispose(): void;
}
