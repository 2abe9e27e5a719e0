/**
 * The reduced copies of all slices, and what the network says of them: all that stays of a scan.
 *
 * @import { Looks, Slices } from "../engine/protocol.js"
 */

export class Stack {
  /** @type {{ first: number, slices: Slices }[]} */
  #parts = [];
  #side;

  /**
   * @param {readonly Slices[]} parts in the order of their files
   * @param {number} side of the copies in pixels
   */
  constructor(parts, side) {
    this.#side = side;
    let first = 0;
    for (const slices of parts) {
      if (slices.count > 0) this.#parts.push({ first, slices });
      first += slices.count;
    }
    this.count = first;
  }

  get side() {
    return this.#side;
  }

  /** For `locateInSeries`. */
  get facts() {
    return this.#parts.map(({ slices }) => slices.facts);
  }

  /** @returns {Looks[]} likewise */
  get looks() {
    return this.#parts.map(({ slices }) => slices.looks);
  }

  /** Hounsfield units of one slice, row by row. @param {number} member */
  copy(member) {
    const { slices, at } = this.#find(member);
    const size = this.#side ** 2;
    return slices.copies.subarray(at * size, (at + 1) * size);
  }

  /** Probability of each place of one slice, times 255. @param {number} member */
  chances(member) {
    const { slices, at } = this.#find(member);
    const { side, chances } = slices.looks;
    return { side, chances: chances.subarray(at * side ** 2, (at + 1) * side ** 2) };
  }

  /** @param {number} member */
  #find(member) {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (/** @type {{ first: number }} */ (this.#parts[middle]).first <= member) low = middle;
      else high = middle - 1;
    }
    const part = this.#parts[low];
    if (!part || member >= part.first + part.slices.count) throw new RangeError(`no slice ${member}`);
    return { slices: part.slices, at: member - part.first };
  }
}
