/**
 * The page's IndexedDB: opened once, or never. Its name carries the address of the site, because
 * all projects of one owner on GitHub Pages share an origin.
 */
import { openDB } from "idb";
import { within } from "./within.js";

/**
 * One network, by the sha256 of its bytes.
 * @typedef {{ sha256: string, pack: string, version: string, blob: Blob }} StoredModel
 *
 * @typedef {import("idb").DBSchema & {
 *   models: { key: string, value: StoredModel, indexes: { pack: string } },
 *   batches: { key: string, value: import("../speed/types.js").KeptBatch },
 * }} Schema `batches` by the id of the pack
 * @typedef {import("idb").IDBPDatabase<Schema>} Database
 */

/** 1: models; 2: batches. */
const VERSION = 2;
/** An open that another tab blocks, or that a damaged profile never answers, must not hold up the page. */
const OPEN_LIMIT_MS = 4_000;

/** @type {Map<string, Promise<Database>>} */
const open = new Map();

/**
 * @param {string} scope path of the site
 * @returns {Promise<Database>} rejects where there is no database to be had
 */
export function database(scope) {
  const opening = open.get(scope) ?? openWithin(scope, OPEN_LIMIT_MS);
  open.set(scope, opening);
  opening.catch(() => open.delete(scope));
  return opening;
}

/**
 * @param {string} scope
 * @param {number} limitMs
 * @returns {Promise<Database>}
 */
function openWithin(scope, limitMs) {
  const opening = openDB(/** @type {string} */ (`insitu ${scope}`), VERSION, {
    /** @param {Database} changed @param {number} from 0 if there was none */
    upgrade(changed, from) {
      if (from < 1) changed.createObjectStore("models", { keyPath: "sha256" }).createIndex("pack", "pack");
      if (from < 2) changed.createObjectStore("batches", { keyPath: "pack" });
    },
    blocking: (_current, _blocked, event) => /** @type {IDBDatabase} */ (event.target).close(),
    terminated: () => open.delete(scope),
  });
  return within(opening, limitMs);
}
