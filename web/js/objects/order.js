/**
 * The order of rows.
 *
 * @typedef {{ column: number, descending: boolean } | null} Sort `column` is -1 for the object's number
 */

/**
 * @param {Uint32Array} ids
 * @param {Float64Array} values of objects 1 ... n
 * @param {boolean} descending
 * @returns {Uint32Array} a copy, sorted; equal values keep their order, NaN comes last either way
 */
export function sortIds(ids, values, descending) {
  const sign = descending ? -1 : 1;
  return ids.slice().sort((one, other) => {
    const a = values[one - 1] ?? NaN;
    const b = values[other - 1] ?? NaN;
    if (a < b) return -sign;
    if (a > b) return sign;
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  });
}

/** Up, down, then as found again. @param {Sort} sort @param {number} column @returns {Sort} */
export function nextSort(sort, column) {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

/**
 * Ids between two rows, both included, whichever comes first.
 *
 * @param {Uint32Array} rows ids in the order of the table
 * @param {number | null} from
 * @param {number} to
 */
export function idsBetween(rows, from, to) {
  const end = rows.indexOf(to);
  const start = from === null ? -1 : rows.indexOf(from);
  if (start < 0 || end < 0) return Uint32Array.of(to);
  return rows.slice(Math.min(start, end), Math.max(start, end) + 1);
}
