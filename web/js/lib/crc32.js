/** CRC-32 as ZIP, gzip and PNG compute it (polynomial 0xEDB88320, ISO 3309), four bytes at a step. */

const TABLES = Array.from({ length: 4 }, () => new Int32Array(256));
const [FIRST, SECOND, THIRD, FOURTH] = /** @type {[Int32Array, Int32Array, Int32Array, Int32Array]} */ (
  TABLES
);

for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  FIRST[byte] = value;
}
for (let index = 1; index < 4; index += 1) {
  const [before, table] = /** @type {[Int32Array, Int32Array]} */ ([TABLES[index - 1], TABLES[index]]);
  for (let byte = 0; byte < 256; byte += 1) {
    const value = /** @type {number} */ (before[byte]);
    table[byte] = (value >>> 8) ^ /** @type {number} */ (FIRST[value & 255]);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} [before] value of the bytes before these
 * @returns {number} unsigned
 */
export function crc32(bytes, before = 0) {
  const whole = bytes.length & ~3;
  let value = ~before;
  let at = 0;
  for (; at < whole; at += 4) {
    value ^= at4(bytes, at);
    value =
      at1(FOURTH, value & 255) ^
      at1(THIRD, (value >>> 8) & 255) ^
      at1(SECOND, (value >>> 16) & 255) ^
      at1(FIRST, value >>> 24);
  }
  for (; at < bytes.length; at += 1) value = (value >>> 8) ^ at1(FIRST, (value ^ at1(bytes, at)) & 255);
  return ~value >>> 0;
}

/** An element that is there. @param {Int32Array | Uint8Array} array @param {number} index */
function at1(array, index) {
  return /** @type {number} */ (array[index]);
}

/** Four bytes as a little-endian number. @param {Uint8Array} bytes @param {number} at */
function at4(bytes, at) {
  return at1(bytes, at) | (at1(bytes, at + 1) << 8) | (at1(bytes, at + 2) << 16) | (at1(bytes, at + 3) << 24);
}
