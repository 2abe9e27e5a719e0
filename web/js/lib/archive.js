/**
 * ZIP archives as lists of files: the directory at the end is read at once, a member when its turn
 * comes. Nothing is written anywhere. The rules are those of py/insitu/archive.py, step by step, and
 * so are the sentences; it says why neither uses a library, and where the format is described.
 *
 * @import { Source } from "../types.js"
 */
import { crc32 } from "./crc32.js";
import { cleanNames, compareCodePoints } from "./names.js";
import {
  corrupt,
  gigabytes,
  LIMIT_ENTRIES,
  megabytes,
  readDirectory,
  sum,
  tooLarge,
  tooMany,
  unsupported,
} from "./zip-directory.js";

/**
 * @import { Entry, Part } from "./zip-directory.js"
 * @typedef {{ sources: Source[], skipped: number }} Contents
 */

export const LIMIT_FILE_BYTES = 1_000_000_000;
const LIMIT_NESTED_BYTES = 500_000_000;
const LIMIT_TOTAL_BYTES = 20_000_000_000;
const LIMIT_RATIO = 100;
const RATIO_FROM_BYTES = 10_000_000;

const DOCUMENTS = new Set(["[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "AndroidManifest.xml"]);

/** @type {Record<number, string>} */
const METHODS = {
  1: "Shrink",
  6: "Implode",
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "xz",
  98: "PPMd",
};
const CHECKED_AT_ONCE = 16 * 2 ** 20;
const STORED = 0;
const DEFLATED = 8;

/** Whether a file starts as a ZIP archive does; only its first 4 bytes are read. @param {Blob} file */
export async function isArchive(file) {
  return startsAsArchive(await new BlobPart(file).read(0, 4));
}

/**
 * The files of an archive, as `name/inner.png`. One that cannot be opened is a file itself, which
 * fails with the reason when it is read; so does each member that cannot be unpacked.
 *
 * @param {string} name
 * @param {Blob} file
 * @returns {Promise<Contents>}
 */
export function listArchive(name, file) {
  return list(name, new BlobPart(file), new Budget(), false);
}

/** @implements {Part} */
class BlobPart {
  /** @param {Blob} blob */
  constructor(blob) {
    this.blob = blob;
  }

  get size() {
    return this.blob.size;
  }

  /** @param {number} start @param {number} length */
  async read(start, length) {
    return new DataView(await this.blob.slice(start, start + length).arrayBuffer());
  }
}

/**
 * An archive in an archive; only the one that was read last is kept.
 *
 * @implements {Part}
 */
class UnpackedPart {
  /**
   * @param {number} size
   * @param {() => Promise<ArrayBuffer>} unpack
   * @param {Budget} budget
   */
  constructor(size, unpack, budget) {
    this.size = size;
    this.unpack = unpack;
    this.budget = budget;
  }

  /** @param {number} start @param {number} length */
  async read(start, length) {
    if (this.budget.kept?.part !== this) this.budget.kept = { part: this, bytes: this.unpack() };
    return new DataView((await this.budget.kept.bytes).slice(start, start + length));
  }
}

/** What an archive may still hold, with the archives in it; and the one of those that was unpacked last. */
class Budget {
  #entries = LIMIT_ENTRIES;
  #size = LIMIT_TOTAL_BYTES;
  /** @type {{ part: UnpackedPart, bytes: Promise<ArrayBuffer> } | null} */
  kept = null;

  /** @param {Entry[]} entries */
  take(entries) {
    const total = sum(entries.map((entry) => entry.size));
    if (entries.length > this.#entries) throw tooMany(LIMIT_ENTRIES - this.#entries + entries.length);
    if (total > this.#size) {
      throw tooLarge(
        `The files in this archive take ${gigabytes(LIMIT_TOTAL_BYTES - this.#size + total)} when unpacked; ` +
          `the limit is ${gigabytes(LIMIT_TOTAL_BYTES)}. Split it into smaller archives.`,
      );
    }
    this.#entries -= entries.length;
    this.#size -= total;
  }
}

/**
 * @param {string} name
 * @param {Part} part
 * @param {Budget} budget
 * @param {boolean} nested
 * @returns {Promise<Contents>}
 */
async function list(name, part, budget, nested) {
  /** @type {Entry[]} */
  let entries;
  try {
    entries = await readDirectory(part);
    refuseDocument(name, entries);
    budget.take(entries);
  } catch (error) {
    return failing(name, part.size, error);
  }
  const { names, skipped } = cleanNames(entries.map((entry) => entry.name));
  /** @type {Contents} */
  const all = { sources: [], skipped };
  for (const [index, entry] of entries.entries()) {
    const inner = names[index];
    if (inner == null) continue;
    const listed = await listMember(`${name}/${inner}`, part, entry, budget, nested);
    for (const source of listed.sources) all.sources.push(source);
    all.skipped += listed.skipped;
  }
  all.sources.sort((a, b) => compareCodePoints(a.name, b.name));
  return all;
}

/**
 * A member, or the files in it where it is an archive; that is found out where its name says so.
 *
 * @param {string} name
 * @param {Part} part
 * @param {Entry} entry
 * @param {Budget} budget
 * @param {boolean} nested
 * @returns {Promise<Contents>}
 */
async function listMember(name, part, entry, budget, nested) {
  const size = () => entry.size;
  const read = () => unpack(part, entry);
  const member = { sources: [{ name, size, read }], skipped: 0 };
  if (!isZipName(name)) return member;
  if (nested) {
    return { sources: [{ name, size, read: async () => refuseNested(await read()) }], skipped: 0 };
  }
  const inner = new UnpackedPart(entry.size, read, budget);
  try {
    if (entry.size > LIMIT_NESTED_BYTES) {
      throw tooLarge(
        `This archive in an archive takes ${megabytes(entry.size)}; the limit is ` +
          `${megabytes(LIMIT_NESTED_BYTES)}. Unpack the outer archive and drop what is in it.`,
      );
    }
    if (!startsAsArchive(await inner.read(0, 4))) return member;
  } catch (error) {
    return failing(name, entry.size, error);
  }
  return list(name, inner, budget, true);
}

/** A file that fails when it is read. @param {string} name @param {number} size @param {unknown} error */
function failing(name, size, error) {
  const reason = error instanceof Error ? error : new Error(String(error));
  return { sources: [{ name, size: () => size, read: () => Promise.reject(reason) }], skipped: 0 };
}

/**
 * The bytes of a member, checked; refused with its numbers before anything is unpacked.
 *
 * @param {Part} part
 * @param {Entry} entry
 * @returns {Promise<ArrayBuffer>}
 */
async function unpack(part, entry) {
  checkMember(entry);
  const header = await part.read(entry.offset, 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) throw damagedMember();
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = (await part.read(start, entry.packed)).buffer;
  if (packed.byteLength < entry.packed) throw damagedMember();
  const data = entry.method === STORED ? packed : await inflate(packed, entry.size);
  if (data.byteLength !== entry.size || (await checksum(data)) !== entry.crc) throw damagedMember();
  return data;
}

/** CRC-32 of any length without holding up the page: 16 MB take 35 ms. @param {ArrayBuffer} data */
async function checksum(data) {
  let value = 0;
  for (let start = 0; start < data.byteLength; start += CHECKED_AT_ONCE) {
    if (start) await new Promise((resolve) => setTimeout(resolve));
    value = crc32(new Uint8Array(data, start, Math.min(CHECKED_AT_ONCE, data.byteLength - start)), value);
  }
  return value;
}

/** @param {Entry} entry */
function checkMember({ flags, method, packed, size }) {
  if (flags & 0x2041) {
    throw unsupported(
      "This file is encrypted in its archive. Unpack it with its password and drop it again.",
    );
  }
  if (method !== STORED && method !== DEFLATED) {
    throw unsupported(
      `This file is packed with ${METHODS[method] ?? `method ${method}`}, which is not read here. ` +
        "Pack it with Deflate, or unpack it, and drop it again.",
    );
  }
  if (size > LIMIT_FILE_BYTES) {
    throw tooLarge(
      `This file takes ${megabytes(size)} when unpacked; the limit is ${megabytes(LIMIT_FILE_BYTES)}. ` +
        "Crop or split it and drop it again.",
    );
  }
  if (size > RATIO_FROM_BYTES && size > LIMIT_RATIO * packed) {
    throw tooLarge(
      `This file is packed into ${packed} bytes and takes ${megabytes(size)} unpacked; the limit ` +
        `is ${LIMIT_RATIO} times as much. Unpack it and drop it again if you trust it.`,
    );
  }
}

/** Never holds more than the declared size. @param {ArrayBuffer} packed @param {number} size */
async function inflate(packed, size) {
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const data = new Uint8Array(size);
  let filled = 0;
  try {
    const reader = inflated.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (filled + next.value.length > size) {
        await reader.cancel();
        throw damagedMember();
      }
      data.set(next.value, filled);
      filled += next.value.length;
    }
  } catch {
    throw damagedMember(); // the stream says what is wrong in words of each browser's own
  }
  if (filled !== size) throw damagedMember();
  return data.buffer;
}

/** A document is opened only where it is called an archive. @param {string} name @param {Entry[]} entries */
function refuseDocument(name, entries) {
  if (isZipName(name) || !entries.some((entry) => DOCUMENTS.has(entry.name))) return;
  throw unsupported(
    "This is an Office document or a program. To analyse the pictures in it, end its name with .zip and drop " +
      "it again.",
  );
}

/** @param {ArrayBuffer} data */
function refuseNested(data) {
  if (!startsAsArchive(new DataView(data))) return data;
  throw unsupported("This archive lies in an archive in an archive. Unpack the outer ones and drop it.");
}

/** @param {DataView} data */
function startsAsArchive(data) {
  return data.byteLength >= 4 && [0x04034b50, 0x06054b50, 0x08074b50].includes(data.getUint32(0, true));
}

/** @param {string} name */
function isZipName(name) {
  return name.toLowerCase().endsWith(".zip");
}

const damagedMember = () =>
  corrupt("This file is damaged in its archive. Copy the archive again from its source.");
