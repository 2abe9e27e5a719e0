/**
 * ZIP archives as lists of files: the directory at the end is read at once, a member when its turn
 * comes. Nothing is written anywhere. The rules are those of py/insitu/archive.py, step by step, and
 * so are the sentences; it says why neither uses a library, and where the format is described.
 *
 * @import { Source } from "../types.js"
 */
import { InsituError } from "../engine/errors.js";
import { crc32 } from "./crc32.js";
import { cleanNames, compareCodePoints } from "./names.js";

const LIMIT_ENTRIES = 20_000;
const LIMIT_DIRECTORY_BYTES = 16_000_000;
const LIMIT_MEMBER_BYTES = 1_000_000_000;
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

/**
 * @typedef {{ size: number, read: (start: number, length: number) => Promise<DataView<ArrayBuffer>> }} Part
 *   The bytes of an archive, of which parts are read; fewer come back where it ends.
 * @typedef {{ name: string, flags: number, method: number, crc: number, packed: number, size: number, offset: number }} Entry
 *   What the directory says of a member.
 * @typedef {{ sources: Source[], skipped: number }} Contents
 */

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

/** @param {Part} part @returns {Promise<Entry[]>} */
async function readDirectory(part) {
  const { count, size, start, shift } = await findDirectory(part);
  if (count > LIMIT_ENTRIES) throw tooMany(count);
  if (size > LIMIT_DIRECTORY_BYTES) {
    throw tooLarge(
      `The table of contents of this archive takes ${megabytes(size)}; the limit is ` +
        `${megabytes(LIMIT_DIRECTORY_BYTES)}. Split it into smaller archives.`,
    );
  }
  if (start < 0 || shift < 0) throw damagedArchive();
  const entries = parseDirectory(await part.read(start, size), shift);
  if (sum(entries.map((entry) => entry.packed)) > part.size) {
    throw unsupported("The files in this archive overlap, as in archives made to do harm. It is not opened.");
  }
  return entries;
}

/** Number of entries, size and place of the directory, and how far all places are shifted. @param {Part} part */
async function findDirectory(part) {
  const tailStart = Math.max(0, part.size - 22 - 65_535);
  const tail = await part.read(tailStart, part.size - tailStart);
  const at = findLast(tail, 0x06054b50);
  if (at < 0 || at + 22 > tail.byteLength) {
    throw corrupt("This ZIP archive is cut short: its table of contents is missing. Copy it again.");
  }
  if (at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50) {
    return findWideDirectory(part, tailStart + at - 76);
  }
  if (tail.getUint16(at + 4, true) || tail.getUint16(at + 6, true)) throw split();
  const size = tail.getUint32(at + 12, true);
  const start = tailStart + at - size;
  return { count: tail.getUint16(at + 10, true), size, start, shift: start - tail.getUint32(at + 16, true) };
}

/** The same, as ZIP64 writes it. @param {Part} part @param {number} end of the directory */
async function findWideDirectory(part, end) {
  const record = end >= 0 ? await part.read(end, 56) : null;
  if (!record || record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) throw damagedArchive();
  if (record.getUint32(16, true) || record.getUint32(20, true)) throw split();
  const size = getSize(record, 40);
  const start = end - size;
  return { count: getSize(record, 32), size, start, shift: start - getSize(record, 48) };
}

/** @param {DataView} data @param {number} signature */
function findLast(data, signature) {
  for (let at = data.byteLength - 4; at >= 0; at -= 1) {
    if (data.getUint32(at, true) === signature) return at;
  }
  return -1;
}

/** @param {DataView<ArrayBuffer>} data @param {number} shift @returns {Entry[]} */
function parseDirectory(data, shift) {
  /** @type {Entry[]} */
  const entries = [];
  for (let at = 0; at < data.byteLength;) {
    if (at + 46 > data.byteLength || data.getUint32(at, true) !== 0x02014b50) throw damagedArchive();
    const nameEnd = at + 46 + data.getUint16(at + 28, true);
    const extraEnd = nameEnd + data.getUint16(at + 30, true);
    const extra = bytesOf(data, nameEnd, extraEnd);
    const given = [
      data.getUint32(at + 24, true),
      data.getUint32(at + 20, true),
      data.getUint32(at + 42, true),
    ];
    const [size = 0, packed = 0, offset = 0] = widen(extra, given);
    entries.push({
      name: textOf(bytesOf(data, at + 46, nameEnd), extra),
      flags: data.getUint16(at + 8, true),
      method: data.getUint16(at + 10, true),
      crc: data.getUint32(at + 16, true),
      packed,
      size,
      offset: offset + shift,
    });
    if (entries.length > LIMIT_ENTRIES) throw tooMany(entries.length);
    at = extraEnd + data.getUint16(at + 32, true);
  }
  return entries;
}

/** Sizes and place, with those that do not fit taken from ZIP64's field. @param {Uint8Array} extra @param {number[]} values */
function widen(extra, values) {
  const wide = extraField(extra, 1);
  const view = new DataView(wide.buffer, wide.byteOffset, wide.byteLength);
  let at = 0;
  return values.map((value) => {
    if (value !== 0xffffffff || at + 8 > wide.length) return value;
    at += 8;
    return getSize(view, at - 8);
  });
}

/** A name's text: Info-ZIP's Unicode field, else UTF-8 if it is valid, else code page 437. @param {Uint8Array} name @param {Uint8Array} extra */
function textOf(name, extra) {
  const field = extraField(extra, 0x7075);
  if (field.length >= 5 && field[0] === 1) {
    const belongs = new DataView(field.buffer, field.byteOffset).getUint32(1, true) === crc32(name);
    if (belongs) name = field.subarray(5);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return Array.from(name, (byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128])).join("");
  }
}

const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** @param {Uint8Array} extra @param {number} wanted */
function extraField(extra, wanted) {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== wanted) continue;
    return extra.subarray(at + 4, at + 4 + view.getUint16(at + 2, true));
  }
  return extra.subarray(0, 0);
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
  if (size > LIMIT_MEMBER_BYTES) {
    throw tooLarge(
      `This file takes ${megabytes(size)} when unpacked; the limit is ${megabytes(LIMIT_MEMBER_BYTES)}. ` +
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

/** @param {DataView<ArrayBuffer>} data @param {number} start @param {number} end */
function bytesOf(data, start, end) {
  const { byteLength } = data;
  return new Uint8Array(
    data.buffer,
    Math.min(start, byteLength),
    Math.max(0, Math.min(end, byteLength) - start),
  );
}

/** @param {DataView} data @param {number} at */
function getSize(data, at) {
  return Number(data.getBigUint64(at, true));
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {string} sentence */
const corrupt = (sentence) => new InsituError("image/corrupt", sentence);
/** @param {string} sentence */
const unsupported = (sentence) => new InsituError("image/unsupported", sentence);
/** @param {string} sentence */
const tooLarge = (sentence) => new InsituError("image/too-large", sentence);

/** @param {number} count */
const tooMany = (count) =>
  tooLarge(
    `This archive holds ${count} files; the limit is ${LIMIT_ENTRIES}. Split it into smaller archives.`,
  );
const damagedArchive = () =>
  corrupt("This ZIP archive is damaged: its table of contents makes no sense. Copy it again.");
const damagedMember = () =>
  corrupt("This file is damaged in its archive. Copy the archive again from its source.");
const split = () =>
  unsupported("This is one part of a split ZIP archive. Join or unpack it and drop what is in it.");

/** @param {number} size */
const megabytes = (size) => `${Math.floor((size + 500_000) / 1_000_000)} MB`;
/** @param {number} size */
const gigabytes = (size) => `${Math.floor((size + 500_000_000) / 1_000_000_000)} GB`;
