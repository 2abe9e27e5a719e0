/**
 * How many images go best through the network of a pack at once on this device: measured by the speed test
 * (speed.html), kept in IndexedDB.
 *
 * @import { KeptBatch } from "../speed/types.js"
 * @import { WireError } from "../engine/protocol.js"
 */
import { database } from "./database.js";
import { within } from "./within.js";

/**
 * Where nothing was measured. More gains little where a processor does the work (blood-cells: 8 to 9 ms per image for 1
 * to 256 at a time), and the fewer, the sooner a cancelled job stops and the less memory it needs.
 */
export const DEFAULT_BATCH = 4;
/** Nobody waits for a hint longer than for the work that it would save. */
const READ_LIMIT_MS = 1_000;

/** @type {WireError} */
const UNAVAILABLE = {
  code: "store/unavailable",
  message: "This browser window keeps nothing on the device, so the best batch is not kept.",
};

/** What is needed of a compiled pack. @typedef {{ id: string, model: { sha256: string } }} MeasuredPack */

/**
 * How many images to put through the network of a pack at once: what was measured on this device, else
 * `DEFAULT_BATCH`.
 *
 * @param {MeasuredPack} pack
 * @returns {Promise<number>} never rejects
 */
export async function readBestBatch(pack) {
  return (await readKeptBatch(pack))?.batch ?? DEFAULT_BATCH;
}

/** @param {MeasuredPack} pack @returns {Promise<KeptBatch | null>} null too where it cannot be read */
export async function readKeptBatch({ id, model }) {
  try {
    const reading = database(scope()).then((opened) => opened.get("batches", id));
    const kept = await within(reading, READ_LIMIT_MS);
    return kept?.sha256 === model.sha256 ? kept : null;
  } catch {
    return null;
  }
}

/** In place of what was kept for the pack. @param {KeptBatch} best @returns {Promise<WireError | null>} what to say if it could not be kept */
export async function keepBatch(best) {
  try {
    await (await database(scope())).put("batches", best);
    return null;
  } catch (error) {
    return { ...UNAVAILABLE, details: String(error) };
  }
}

function scope() {
  return new URL("./", document.baseURI).pathname;
}
