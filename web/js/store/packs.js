/**
 * The model store: a network is downloaded once, checked, and kept in IndexedDB as a Blob (and
 * nowhere else). `packs-types.d.ts` says what the page sees.
 *
 * @typedef {import("./packs-types.js").StoredPack} StoredPack
 * @typedef {import("./packs-types.js").FetchModelOptions} FetchModelOptions
 * @typedef {import("./packs-types.js").FetchedModel} FetchedModel
 * @typedef {import("../engine/protocol.js").WireError} WireError
 */
import { InsituError } from "../engine/errors.js";
import { database } from "./database.js";
import { sha256 } from "./sha256.js";
import { within } from "./within.js";

/** A store that answers this late is as good as none. */
const READ_LIMIT_MS = 15_000;
const ATTEMPTS = 2;

/** @type {WireError} */
const UNAVAILABLE = {
  code: "store/unavailable",
  message:
    "This browser window keeps nothing on the device, so the network of this pack is downloaded on each visit.",
};
/** @type {WireError} */
const FULL = {
  code: "store/full",
  message:
    "There is no room on this device to keep the network of this pack; it is downloaded again on the next visit.",
};

/**
 * The network of a pack, from this device or else from the site; its bytes are those that the
 * pack names.
 * @param {StoredPack} pack
 * @param {FetchModelOptions} [options]
 * @returns {Promise<FetchedModel>} rejects with pack/missing, pack/mismatch or job/cancelled
 */
export async function fetchModel(pack, options = {}) {
  const base = new URL(options.base ?? document.baseURI);
  const scope = new URL("./", base).pathname;
  const stored = await readModel(scope, pack);
  if (stored.blob) return { blob: stored.blob, from: "device", persisted: true, note: null };
  const blob = await download(new URL(`packs/${pack.id}/${pack.model.file}`, base), pack, options);
  const note = stored.note ?? (await saveModel(scope, pack, blob));
  return { blob, from: "network", persisted: note === null, note };
}

/**
 * @param {string} scope
 * @param {StoredPack} pack
 * @returns {Promise<{ blob: Blob | null, note: WireError | null }>}
 */
async function readModel(scope, pack) {
  try {
    const models = await database(scope);
    const entry = await within(models.get("models", pack.model.sha256), READ_LIMIT_MS);
    if (!entry) return { blob: null, note: null };
    if (await isIntact(entry.blob, pack.model.sha256)) return { blob: entry.blob, note: null };
    await models.delete("models", pack.model.sha256);
    return { blob: null, note: null };
  } catch (error) {
    return { blob: null, note: { ...UNAVAILABLE, details: String(error) } };
  }
}

/** @returns {Promise<boolean>} false too where the browser has lost the Blob's file */
async function isIntact(/** @type {Blob} */ blob, /** @type {string} */ hash) {
  try {
    return (await sha256(await within(blob.arrayBuffer(), READ_LIMIT_MS))) === hash;
  } catch {
    return false;
  }
}

/**
 * Keep a network, and drop those of other versions of the pack.
 * @param {string} scope
 * @param {StoredPack} pack
 * @param {Blob} blob
 * @returns {Promise<WireError | null>} what to say if it could not be kept
 */
async function saveModel(scope, { id, version, model }, blob) {
  try {
    const models = await database(scope);
    for (const key of await models.getAllKeysFromIndex("models", "pack", id))
      await models.delete("models", key);
    await models.put("models", { sha256: model.sha256, pack: id, version, blob });
    void navigator.storage?.persist?.().catch(() => {});
    return null;
  } catch (error) {
    const note = error instanceof DOMException && error.name === "QuotaExceededError" ? FULL : UNAVAILABLE;
    return { ...note, details: String(error) };
  }
}

/**
 * @param {URL} url
 * @param {StoredPack} pack
 * @param {FetchModelOptions} options
 */
async function download(url, pack, options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await downloadOnce(url, pack, options);
    } catch (error) {
      if (options.signal?.aborted) throw InsituError.standard("job/cancelled");
      const failure =
        error instanceof InsituError
          ? error
          : new InsituError("pack/missing", unreachable(pack), String(error));
      if (attempt === ATTEMPTS) throw failure;
    }
  }
}

/**
 * @param {URL} url
 * @param {StoredPack} pack
 * @param {FetchModelOptions} options
 */
async function downloadOnce(url, pack, { onProgress, signal }) {
  // Past the browser's own cache: the network lives in IndexedDB alone.
  const response = await fetch(url, { cache: "no-store", signal });
  if (!response.ok || !response.body)
    throw new InsituError("pack/missing", unreachable(pack), `status ${response.status}`);
  /** @type {BlobPart[]} */
  const chunks = [];
  let done = 0;
  onProgress?.(done, pack.model.size);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    onProgress?.((done += part.value.byteLength), pack.model.size);
  }
  const blob = new Blob(chunks);
  const hash = await sha256(await blob.arrayBuffer());
  if (hash !== pack.model.sha256)
    throw new InsituError("pack/mismatch", MISMATCH, `${done} bytes, sha256 ${hash}`);
  return blob;
}

const MISMATCH =
  "The network that arrived is not the one that this pack names. Reload the page; if that does not help, tell the owner of this site.";

function unreachable(/** @type {StoredPack} */ { id }) {
  return `The network of the pack ${id} is not on this device and could not be fetched. Check the connection and try again.`;
}
