/**
 * Files of images with objects, as engines make them; the command line writes the same.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { BatchTable, ImageRow, Objects } from "./engine/protocol.js"
 * @import { Item } from "./types.js"
 */
import { objectsOf } from "./lib/objects.js";
import { hasChoice, planeOf } from "./lib/planes.js";

/**
 * A file of the ZIP.
 * @typedef {{ name: string, input: Blob | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array> }} Entry
 */

export class ObjectFiles {
  #ask;

  /** @param {PoolInterface["ask"]} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * @param {Item} item with objects
   * @param {string} stem
   * @param {AbortSignal} signal
   * @returns {Promise<Entry[]>}
   */
  async entriesOf(item, stem, signal) {
    const { name, read, selection } = item;
    const request = { name, selection, objects: /** @type {Objects} */ (objectsOf(item)) };
    const { files } = await this.#ask("objectFiles", request, { read, signal });
    return files.map(({ ending, bytes }) => ({
      name: `${stem}${ending}`,
      input: /** @type {Uint8Array<ArrayBuffer>} */ (bytes),
    }));
  }

  /** The tables, and COCO's file. @param {readonly Item[]} items @returns {AsyncGenerator<Entry>} */
  async *entriesOfBatch(items) {
    const tables = await this.tables(items);
    yield { name: "images.csv", input: /** @type {Uint8Array<ArrayBuffer>} */ (tables.images) };
    yield { name: "objects.csv", input: this.objectsCsv(items, tables) };
    yield { name: "coco.json", input: this.#coco(items, tables) };
  }

  /** @param {readonly Item[]} items @returns {Promise<BatchTable>} */
  tables(items) {
    return this.#ask("batchTable", { rows: items.map(imageRow) });
  }

  /** @param {readonly Item[]} items @param {BatchTable} tables */
  async *objectsCsv(items, tables) {
    yield tables.objectsHead;
    yield* this.#parts("csv", items, tables);
  }

  /** @param {readonly Item[]} items @param {BatchTable} tables */
  async *#coco(items, tables) {
    yield tables.cocoHead;
    yield* this.#parts("coco", items, tables);
    yield tables.cocoTail;
  }

  /** @param {"csv" | "coco"} format @param {readonly Item[]} items @param {BatchTable} tables */
  async *#parts(format, items, { columns }) {
    let imageId = 0;
    let firstId = 1;
    for (const item of items) {
      const objects = objectsOf(item);
      if (!objects) continue;
      imageId += 1;
      yield (await this.#ask("batchPart", { format, file: item.name, objects, columns, imageId, firstId }))
        .bytes;
      firstId += objects.measurements.count;
    }
  }
}

/** @param {Item} item @returns {ImageRow} */
function imageRow(item) {
  const { name: file, state, width, height, error, extent, unlikeness } = item;
  const plane = extent && hasChoice(extent) ? planeOf(item) : null;
  const objects = objectsOf(item);
  return { file, state, width, height, objects, error: error?.code ?? null, plane, unlikeness };
}
