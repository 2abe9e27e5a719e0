/**
 * Which files an engine takes at once.
 *
 * @import { Source } from "../types.js"
 */

/** Where the speed test has not measured a better one. */
const DEFAULT_FILES = 16;
/** Fewer than this, and each message weighs more than the work; more, and engines finish unevenly. */
const [LEAST_FILES, MOST_FILES] = [4, 64];
/** Several engines get something to do from this many groups on. */
const LEAST_GROUPS = 8;
/** Kinds of files that hold whole volumes, as their names tell; asking for their size would cost more. */
const VOLUME = /\.nii(\.gz)?$/i;

/**
 * @param {readonly Source[]} files
 * @param {readonly number[]} numbers of those to read, rising
 * @param {number | null} batch how many slices go best through the network at once, if that was measured
 * @returns {number[][]}
 */
export function groupFiles(files, numbers, batch) {
  const usual = Math.min(MOST_FILES, Math.max(LEAST_FILES, batch ?? DEFAULT_FILES));
  const most = Math.max(1, Math.min(usual, Math.floor(numbers.length / LEAST_GROUPS)));
  /** @type {number[][]} */
  const groups = [];
  let open = false;
  for (const number of numbers) {
    const alone = VOLUME.test(files[number]?.name ?? "");
    const last = groups.at(-1);
    if (open && !alone && last && last.length < most) last.push(number);
    else groups.push([number]);
    open = !alone;
  }
  return groups;
}
