/**
 * Insitu on pages of your own: which class does a photo belong to, said by the visitor's own browser.
 *
 *   import { Insitu } from "https://<host>/insitu/insitu.js";
 *   const insitu = await Insitu.load({ pack: "photos" });
 *   const { state, label, score } = await insitu.analyse(file);
 *
 * The file is read on the visitor's device and goes nowhere. What the engine needs is fetched from the site of Insitu on the
 * first visit, checked by sha256, and kept in the storage of your page's origin; later visits load nothing but this module.
 */

/**
 * Every code that a promise of this API may reject with.
 *
 * | code | what is wrong | what to do |
 * |---|---|---|
 * | `image/unsupported` | no image of a kind that is read: SVG, HEIC, AVIF, a video, a text | ask for JPEG or PNG |
 * | `image/corrupt` | an empty, damaged or unreadable file | ask for the file again |
 * | `image/too-large` | more pixels than the device can hold (100 MP; 25 MP where `navigator.deviceMemory` is 2 or less) or a file above 1 GB | scale it, ask for a smaller one |
 * | `pack/missing` | the site has no pack of this id | check the id |
 * | `pack/invalid` | the pack does not sort images into classes; only such packs are served, for now | choose another pack |
 * | `engine/boot` | a part of Insitu could not be fetched, is not what the site promises, or was refused by your page's security policy | check network and policy, load again |
 * | `engine/out-of-memory`, `engine/crashed`, `engine/hung` | the image ended two engines | leave that image out; others go on |
 * | `browser/unsupported` | the browser lacks WebAssembly SIMD or module workers, or the page is not on https | say so |
 * | `job/cancelled` | a signal was aborted, or `dispose()` was called (before or after) | nothing |
 * | `bug` | anything else | tell us, with `details` |
 *
 * Two more never reject: they are what `insitu.storage` may say, `store/full` and `store/unavailable`.
 */
export type InsituErrorCode =
  | "image/unsupported"
  | "image/corrupt"
  | "image/too-large"
  | "pack/missing"
  | "pack/invalid"
  | "engine/boot"
  | "engine/out-of-memory"
  | "engine/crashed"
  | "engine/hung"
  | "browser/unsupported"
  | "store/full"
  | "store/unavailable"
  | "job/cancelled"
  | "bug";

/** What every promise of this API rejects with; `message` is a sentence for the visitor. */
export class InsituError extends Error {
  readonly code: InsituErrorCode;
  /** type and trace; never pixels or file names */
  readonly details: string | undefined;
}

export interface Progress {
  /** loading: files come from the network; starting: all are there; ready: analyses begin at once */
  phase: "loading" | "starting" | "ready";
  /** bytes that have come, and that have to come on this visit: 0 of 0 where everything is on the device. Neither ever falls. */
  loaded: number;
  total: number;
  /** the file whose bytes came last, below the site's address; null before the first */
  file: string | null;
}

export interface LoadOptions {
  /** id of a pack of the site; by default the site's own default */
  pack?: string;
  /** called as bytes come, and at last with phase "ready" */
  onProgress?: (progress: Progress) => void;
  /** how many images are analysed at the same time, 1 by default and 4 at most; fewer on small devices */
  engines?: number;
  /** least score, 0..1, of an accepted result; by default the pack's own */
  threshold?: number;
  /** ends the loading, as `dispose()` does */
  signal?: AbortSignal;
}

export interface AnalyseOptions {
  signal?: AbortSignal;
}

export interface Reason {
  /**
   * between: no class reaches the threshold; unfamiliar: not like the images that the pack was trained on; small, blank and
   * blurred: it shows too little
   */
  code: "between" | "unfamiliar" | "small" | "blank" | "blurred";
  /** a sentence for the visitor */
  text: string;
  /** ids of the two likeliest classes, where the code is `between` */
  between?: [string, string];
}

export interface Result {
  /**
   * accepted: take the class at its word; uncertain: ask the person; unlike: none of these, for it is not like the images
   * that the pack was trained on, or shows too little.
   */
  state: "accepted" | "uncertain" | "unlike";
  /** id of the likeliest class, whatever the state */
  label: string;
  /** what to call it */
  name: string;
  /** probability of that class, 0..1 */
  score: number;
  /** of every class, by its id; they add up to 1 */
  probabilities: Record<string, number>;
  /** why it is not accepted; null where it is */
  reason: Reason | null;
  /** distance from the training images, above 1: unlike them; null where the pack cannot tell */
  unlikeness: number | null;
  /** of the image, upright, in pixels */
  width: number;
  height: number;
  pack: { id: string; version: string };
}

export interface OpenPack {
  id: string;
  version: string;
  name: string;
  classes: { id: string; name: string; colour: string; letter: string }[];
}

export interface Storage {
  /** whether the next visit finds everything on the device */
  kept: boolean;
  /** why not */
  code: "store/full" | "store/unavailable" | null;
}

export class Insitu {
  private constructor(options?: LoadOptions);

  /** Begin to load; analyses may be asked for at once, and wait until it is ready. Several packs may be loaded side by side. */
  static open(options?: LoadOptions): Insitu;

  /** As `open`, and wait until it is ready. Rejects with an `InsituError`. */
  static load(options?: LoadOptions): Promise<Insitu>;

  /** Settles when the pack is open on an engine; a rejection ends this object, as `dispose()` does. */
  readonly ready: Promise<void>;
  /** null before it is known */
  readonly pack: OpenPack | null;
  readonly storage: Storage;

  /**
   * Which class an image belongs to. Images wait for their turn, in order. Of an animated image (GIF, WebP, APNG) the first frame is
   * looked at; what a file's name or type says does not count, only its bytes. Rejects with an `InsituError`.
   */
  analyse(image: Blob, options?: AnalyseOptions): Promise<Result>;

  /** End the engines and give back their memory. Analyses that are not done, and later ones, reject with `job/cancelled`. */
  dispose(): void;
}
