/**
 * Files to take away: the table of all images, and a ZIP of drawings.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { TableRow } from "./engine/protocol.js"
 * @import { Box, Drawing, Item } from "./types.js"
 * @import { Sink } from "./lib/download.js"
 */
import { downloadZip } from "client-zip";
import { downloadBlob, openSink } from "./lib/download.js";
import { formatNumber, formatStamp } from "./lib/format.js";
import { overlayNames } from "./lib/names.js";
import { hasChoice, planeOf } from "./lib/planes.js";
import { addNote, dropNote } from "./state.js";

/** Longest side of a drawing in the ZIP and in the detail sheet; the command line's is the same. */
export const OVERLAY_SIDE_PX = 1024;

export class Exports {
  #box;
  #pool;
  /** @type {AbortController | null} */
  #zipping = null;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "table" | "overlay" | "state">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
  }

  /** One row an image, in the order of dropping; the text is made in Python. */
  async downloadCsv() {
    const { items, revision, packId } = this.#box.state;
    try {
      const { csv } = await this.#pool.table(items.map(rowOf), packId ?? undefined);
      const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (csv);
      downloadBlob(new Blob([bytes], { type: "text/csv;charset=utf-8" }), this.#fileName("csv"));
      this.#box.update((state) => dropNote({ ...state, exported: revision }, "export"));
    } catch (error) {
      this.#say(`The table could not be made. ${messageOf(error)}`);
    }
  }

  /** PNGs of everything analysed, drawn one after the other while the ZIP is written. */
  async downloadOverlays() {
    if (this.#zipping) return;
    const zipping = new AbortController();
    this.#zipping = zipping;
    const name = this.#fileName("zip");
    const items = this.#box.state.items;
    const total = items.filter((item) => item.state === "done").length;
    const failures = { count: 0 };
    try {
      const sink = await openSink(name, "application/zip");
      if (!sink) return;
      this.#box.update((state) => dropNote({ ...state, zip: { done: 0, total } }, "export"));
      await this.#writeZip(items, sink, zipping.signal, failures);
      if (failures.count) this.#say(`${formatNumber(failures.count, "overlay")} could not be drawn.`);
    } catch (error) {
      if (!zipping.signal.aborted) this.#say(`The overlays could not be saved. ${messageOf(error)}`);
    } finally {
      this.#zipping = null;
      this.#box.update((state) => ({ ...state, zip: null }));
    }
  }

  cancelOverlays() {
    this.#zipping?.abort();
  }

  /**
   * @param {Item} item
   * @param {AbortSignal} signal
   * @returns {Promise<Drawing>}
   */
  async drawOverlay({ name, read, probabilities, selection, contrast }, signal) {
    const { png, ...levels } = await this.#pool.overlay({
      name,
      read,
      probabilities: probabilities ?? new Float32Array(),
      side: OVERLAY_SIDE_PX,
      selection,
      contrast,
      signal,
      ...(this.#box.state.packId === null ? {} : { pack: this.#box.state.packId }),
    });
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (png);
    return { png: new Blob([bytes], { type: "image/png" }), ...levels };
  }

  /**
   * @param {readonly Item[]} items
   * @param {Sink} sink
   * @param {AbortSignal} signal
   * @param {{ count: number }} failures
   */
  async #writeZip(items, sink, signal, failures) {
    const { body } = downloadZip(this.#drawAll(items, signal, failures));
    await sink(/** @type {ReadableStream<Uint8Array>} */ (body), signal);
  }

  /**
   * Drawings in order; as many are under way as there are engines.
   *
   * @param {readonly Item[]} items
   * @param {AbortSignal} signal
   * @param {{ count: number }} failures
   */
  async *#drawAll(items, signal, failures) {
    const names = overlayNames(items.map((item) => item.name));
    const wanted = items.map((item, index) => ({ item, name: names[index] ?? "" })).filter(isDone);
    /** @type {Promise<{ name: string, input: Blob } | null>[]} */
    const underWay = [];
    let next = 0;
    for (let done = 1; done <= wanted.length; done += 1) {
      while (next < wanted.length && underWay.length < Math.max(1, this.#pool.state.size)) {
        underWay.push(this.#drawEntry(/** @type {Wanted} */ (wanted[next]), signal));
        next += 1;
      }
      const entry = await underWay.shift();
      signal.throwIfAborted();
      if (entry) yield entry;
      else failures.count += 1;
      this.#box.update((state) => ({ ...state, zip: { done, total: wanted.length } }));
    }
  }

  /** @param {Wanted} wanted @param {AbortSignal} signal */
  async #drawEntry({ item, name }, signal) {
    try {
      return { name, input: (await this.drawOverlay(item, signal)).png };
    } catch {
      return null; // counted by the caller: one image must not spoil the archive
    }
  }

  /** @param {string} extension */
  #fileName(extension) {
    return `insitu-${this.#box.state.packId ?? "results"}-${formatStamp(new Date())}.${extension}`;
  }

  /** @param {string} text */
  #say(text) {
    this.#box.update((state) => addNote(state, "export", text));
  }
}

/** @typedef {{ item: Item, name: string }} Wanted */

/** @param {Wanted} wanted */
function isDone({ item }) {
  return item.state === "done";
}

/** @param {Item} item @returns {TableRow} */
export function rowOf(item) {
  const { name, state, width, height, label, probabilities, error, extent } = item;
  const plane = extent && hasChoice(extent) ? planeOf(item) : null;
  return { file: name, state, width, height, label, probabilities, error: error?.code ?? null, plane };
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
