/**
 * Bytes of files that a person gave, read before they are needed.
 *
 * @import { FileToRead } from "./pool-types.js"
 * @import { SliceFile, Slices } from "./protocol.js"
 * @typedef {{ readable: SliceFile[], unreadable: Slices["leftOut"] }} Group
 */
import { InsituError } from "./errors.js";

/** The bytes of one file, read while the engines are busy with the files before it. */
export class FileReadAhead {
  #read;
  /** @type {Promise<ArrayBuffer> | null} */
  #begun = null;

  /** @param {() => Promise<ArrayBuffer>} read */
  constructor(read) {
    this.#read = read;
  }

  begin() {
    this.#begun ??= readBytes(this.#read);
    this.#begun.catch(() => {}); // whoever takes the bytes hears of it
  }

  /** The bytes are given away; taken again (for a second engine), they are read again. */
  take() {
    this.begin();
    const bytes = /** @type {Promise<ArrayBuffer>} */ (this.#begun);
    this.#begun = null;
    return bytes;
  }
}

/** The bytes of several files; those that cannot be read are named, and do not spoil the others. */
export class GroupReadAhead {
  #files;
  /** @type {Promise<Group> | null} */
  #begun = null;

  /** @param {readonly FileToRead[]} files */
  constructor(files) {
    this.#files = files;
  }

  begin() {
    this.#begun ??= readTogether(this.#files);
    this.#begun.catch(() => {}); // whoever takes the bytes hears of it
  }

  /** As of `FileReadAhead`; `readMs` is how long the engine waited for them. */
  async take() {
    const since = performance.now();
    this.begin();
    const begun = /** @type {Promise<Group>} */ (this.#begun);
    this.#begun = null;
    return { ...(await begun), readMs: performance.now() - since };
  }
}

/** More than this at once is not worth its memory. */
const MOST_JOINED_BYTES = 64e6;

/**
 * Files of a disk are read as one, which takes a browser about two thirds of what it takes to read each.
 *
 * @param {readonly FileToRead[]} files
 * @returns {Promise<Group>}
 */
async function readTogether(files) {
  const onDisk = files.flatMap(({ file }) => (file ? [file] : []));
  const bytes = onDisk.reduce((sum, { size }) => sum + size, 0);
  if (onDisk.length === files.length && files.length > 1 && bytes <= MOST_JOINED_BYTES) {
    const joined = await new Blob(onDisk).arrayBuffer().catch(() => null);
    if (joined?.byteLength === bytes) return { readable: cut(files, onDisk, joined), unreadable: [] };
  }
  return readEach(files);
}

/** @param {readonly FileToRead[]} files @param {readonly File[]} onDisk @param {ArrayBuffer} joined @returns {SliceFile[]} */
function cut(files, onDisk, joined) {
  let from = 0;
  return files.map(({ number, name }, index) => {
    const size = onDisk[index]?.size ?? 0;
    from += size;
    return { number, name, bytes: new Uint8Array(joined, from - size, size) };
  });
}

/** @param {readonly FileToRead[]} files @returns {Promise<Group>} */
async function readEach(files) {
  const read = await Promise.allSettled(files.map((file) => readBytes(file.read)));
  /** @type {Group} */
  const group = { readable: [], unreadable: [] };
  for (const [index, outcome] of read.entries()) {
    const { number, name } = /** @type {FileToRead} */ (files[index]);
    if (outcome.status === "fulfilled")
      group.readable.push({ number, name, bytes: new Uint8Array(outcome.value) });
    else group.unreadable.push({ file: number, error: outcome.reason.code });
  }
  return group;
}

/**
 * @param {() => Promise<ArrayBuffer>} read
 * @returns {Promise<ArrayBuffer>}
 */
export async function readBytes(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InsituError) throw error; // a member of an archive says itself what is wrong with it
    // The browser holds a reference, not the bytes: the file may have moved since it was dropped.
    const sentence = "This file can no longer be read. It may have been moved or changed; drop it again.";
    throw new InsituError("image/corrupt", sentence);
  }
}
