/**
 * Files to take away: tables of all images, and a ZIP with what belongs to each.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { OverlayRequest, TableRequest, TableRow } from "./engine/protocol.js"
 * @import { Box, Drawing, Item } from "./types.js"
 * @import { Sink } from "./lib/download.js"
 * @import { Entry } from "./object-files.js"
 */
import { downloadZip } from "client-zip";
import { downloadBlob, openSink } from "./lib/download.js";
import { formatNumber, formatStamp } from "./lib/format.js";
import { outputStems } from "./lib/names.js";
import { findsObjects, objectsOf } from "./lib/objects.js";
import { hasChoice, planeOf } from "./lib/planes.js";
import { ObjectFiles } from "./object-files.js";
import { addNote, dropNote } from "./state.js";

/** Longest side of a drawing in the ZIP and in the detail sheet; the command line's is the same. */
export const OVERLAY_SIDE_PX = 1024;
/** Of the picture under the outlines of objects, and of a part of it in more detail. */
const PICTURE_SIDE_PX = 4096;

export class Exports {
  #box;
  #pool;
  #objects;
  /** @type {AbortController | null} */
  #zipping = null;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "ask" | "state">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
    this.#objects = new ObjectFiles((method, params, options) =>
      pool.ask(method, params, { ...options, ...this.#pack }),
    );
  }

  /** One row an image, in the order of dropping; the text is made in Python. */
  downloadCsv() {
    return this.#download(this.#findsObjects ? "images.csv" : "csv", async (items) => {
      if (this.#findsObjects) return [(await this.#objects.tables(items)).images];
      return [await this.#table("images", items)];
    });
  }

  /** One row a class and top-level folder. It does not hold the results, so they stay unsaved. */
  downloadSummary() {
    return this.#download("summary.csv", async (items) => [await this.#table("summary", items)], false);
  }

  /** @param {TableRequest["kind"]} kind @param {readonly Item[]} items */
  async #table(kind, items) {
    const { threshold } = this.#box.state;
    const request = { kind, rows: items.map(rowOf), threshold };
    return (await this.#pool.ask("table", request, this.#pack)).csv;
  }

  /** One row an object. */
  downloadObjects() {
    return this.#download("objects.csv", async (items) => {
      const tables = await this.#objects.tables(items);
      const parts = [];
      for await (const part of this.#objects.objectsCsv(items, tables)) parts.push(part);
      return parts;
    });
  }

  /** What belongs to each image, and of packs that find objects the tables, while it is made. */
  async downloadZip() {
    if (this.#zipping) return;
    const zipping = new AbortController();
    this.#zipping = zipping;
    const { items, revision } = this.#box.state;
    const total = items.filter((item) => item.state === "done").length;
    const failures = { count: 0 };
    try {
      const sink = await openSink(this.#fileName("zip"), "application/zip");
      if (!sink) return;
      this.#box.update((state) => dropNote({ ...state, zip: { done: 0, total } }, "export"));
      await this.#writeZip(items, sink, zipping.signal, failures);
      if (this.#findsObjects) this.#box.update((state) => ({ ...state, exported: revision }));
      if (failures.count)
        this.#say(`The files of ${formatNumber(failures.count, "image")} could not be made.`);
    } catch (error) {
      if (!zipping.signal.aborted) this.#say(`The files could not be saved. ${messageOf(error)}`);
    } finally {
      this.#zipping = null;
      this.#box.update((state) => ({ ...state, zip: null }));
    }
  }

  cancelZip() {
    this.#zipping?.abort();
  }

  /**
   * The result over the image, as files hold it.
   *
   * @param {Item} item
   * @param {AbortSignal} signal
   */
  drawOverlay(item, signal) {
    const runs = objectsOf(item)?.runs ?? null;
    const result = { probabilities: item.probabilities, runs };
    return this.#draw(item, { ...result, region: null, side: OVERLAY_SIDE_PX }, signal);
  }

  /**
   * The image alone, as large as a screen can use it.
   *
   * @param {Item} item
   * @param {OverlayRequest["region"]} region a part of it; null for all
   * @param {AbortSignal} signal
   */
  drawPicture(item, region, signal) {
    return this.#draw(item, { probabilities: null, runs: null, region, side: PICTURE_SIDE_PX }, signal);
  }

  /**
   * @param {Item} item
   * @param {Pick<OverlayRequest, "probabilities" | "runs" | "region" | "side">} what
   * @param {AbortSignal} signal
   * @returns {Promise<Drawing>}
   */
  async #draw({ name, read, selection, contrast }, what, signal) {
    const request = { name, selection, contrast, ...what };
    const { png, ...levels } = await this.#pool.ask("overlay", request, { read, signal, ...this.#pack });
    return {
      png: new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (png)], { type: "image/png" }),
      ...levels,
    };
  }

  get #pack() {
    const { packId } = this.#box.state;
    return packId === null ? {} : { pack: packId };
  }

  get #findsObjects() {
    return findsObjects(this.#box.state.pack);
  }

  /**
   * @param {string} ending
   * @param {(items: readonly Item[]) => Promise<Uint8Array[]>} make
   * @param {boolean} [holdsAll] whether nothing is lost that it holds
   */
  async #download(ending, make, holdsAll = true) {
    const { items, revision } = this.#box.state;
    try {
      const parts = /** @type {Uint8Array<ArrayBuffer>[]} */ (await make(items));
      const name = this.#fileName(ending);
      downloadBlob(new Blob(parts, { type: "text/csv;charset=utf-8" }), name);
      this.#box.update((state) =>
        dropNote({ ...state, exported: holdsAll ? revision : state.exported }, "export"),
      );
    } catch (error) {
      this.#say(`The table could not be made. ${messageOf(error)}`);
    }
  }

  /**
   * @param {readonly Item[]} items
   * @param {Sink} sink
   * @param {AbortSignal} signal
   * @param {{ count: number }} failures
   */
  async #writeZip(items, sink, signal, failures) {
    const { body } = downloadZip(this.#entries(items, signal, failures));
    await sink(/** @type {ReadableStream<Uint8Array>} */ (body), signal);
  }

  /**
   * @param {readonly Item[]} items
   * @param {AbortSignal} signal
   * @param {{ count: number }} failures
   */
  async *#entries(items, signal, failures) {
    yield* this.#entriesOfAll(items, signal, failures);
    if (this.#findsObjects) yield* this.#objects.entriesOfBatch(items);
  }

  /**
   * Entries in the order of the images; as many are under way as there are engines.
   *
   * @param {readonly Item[]} items
   * @param {AbortSignal} signal
   * @param {{ count: number }} failures
   */
  async *#entriesOfAll(items, signal, failures) {
    const stems = outputStems(items.map((item) => item.name));
    const wanted = items.map((item, index) => ({ item, stem: stems[index] ?? "" })).filter(isDone);
    /** @type {Promise<Entry[] | null>[]} */
    const underWay = [];
    let next = 0;
    for (let done = 1; done <= wanted.length; done += 1) {
      while (next < wanted.length && underWay.length < Math.max(1, this.#pool.state.size)) {
        underWay.push(this.#entriesOf(/** @type {Wanted} */ (wanted[next]), signal));
        next += 1;
      }
      const entries = await underWay.shift();
      signal.throwIfAborted();
      if (entries) yield* entries;
      else failures.count += 1;
      this.#box.update((state) => ({ ...state, zip: { done, total: wanted.length } }));
    }
  }

  /** @param {Wanted} wanted @param {AbortSignal} signal @returns {Promise<Entry[] | null>} */
  async #entriesOf({ item, stem }, signal) {
    try {
      if (this.#findsObjects) return await this.#objects.entriesOf(item, stem, signal);
      return [{ name: `${stem}.png`, input: (await this.drawOverlay(item, signal)).png }];
    } catch {
      return null; // counted by the caller: one image must not spoil the archive
    }
  }

  /** @param {string} ending */
  #fileName(ending) {
    return `insitu-${this.#box.state.packId ?? "results"}-${formatStamp(new Date())}${ending.includes(".") ? "-" : "."}${ending}`;
  }

  /** @param {string} text */
  #say(text) {
    this.#box.update((state) => addNote(state, "export", text));
  }
}

/** @typedef {{ item: Item, stem: string }} Wanted */

/** @param {Wanted} wanted */
function isDone({ item }) {
  return item.state === "done";
}

/** @param {Item} item @returns {TableRow} */
export function rowOf(item) {
  const { name: file, state, width, height, label, probabilities, extent, unlikeness, flaw } = item;
  const { reviewedLabel, excluded } = item;
  const plane = extent && hasChoice(extent) ? planeOf(item) : null;
  const error = item.error?.code ?? null;
  const answer = { width, height, label, probabilities, error, plane, unlikeness, flaw };
  return { file, state, ...answer, reviewedLabel, excluded };
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
