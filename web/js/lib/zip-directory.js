/**
 * The directory at the end of a ZIP archive. The rules are those of py/insitu/zip_directory.py, which
 * says where the format is described.
 */
import { InsituError } from "../engine/errors.js";
import { crc32 } from "./crc32.js";

export const LIMIT_ENTRIES = 20_000;
const LIMIT_DIRECTORY_BYTES = 16_000_000;

/**
 * @typedef {{ size: number, read: (start: number, length: number) => Promise<DataView<ArrayBuffer>> }} Part
 *   The bytes of an archive, of which parts are read; fewer come back where it ends.
 * @typedef {{ name: string, flags: number, method: number, crc: number, packed: number, size: number, offset: number }} Entry
 *   What the directory says of a member.
 */

/**
 * All entries, folders too; of an archive that something stands before, as well.
 *
 * @param {Part} part
 * @returns {Promise<Entry[]>}
 */
export async function readDirectory(part) {
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
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {string} sentence */
export const corrupt = (sentence) => new InsituError("image/corrupt", sentence);
/** @param {string} sentence */
export const unsupported = (sentence) => new InsituError("image/unsupported", sentence);
/** @param {string} sentence */
export const tooLarge = (sentence) => new InsituError("image/too-large", sentence);

/** @param {number} count */
export const tooMany = (count) =>
  tooLarge(
    `This archive holds ${count} files; the limit is ${LIMIT_ENTRIES}. Split it into smaller archives.`,
  );
const damagedArchive = () =>
  corrupt("This ZIP archive is damaged: its table of contents makes no sense. Copy it again.");
const split = () =>
  unsupported("This is one part of a split ZIP archive. Join or unpack it and drop what is in it.");

/** @param {number} size */
export const megabytes = (size) => `${Math.floor((size + 500_000) / 1_000_000)} MB`;
/** @param {number} size */
export const gigabytes = (size) => `${Math.floor((size + 500_000_000) / 1_000_000_000)} GB`;
