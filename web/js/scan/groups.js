/**
 * Which files an engine takes at once, and which are read first.
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

/** From this many files on an answer from some of them is worth having before all are read. */
const FIRST_LOOK_FROM = 200;
/** Every so manieth is among those. */
const FIRST_LOOK_EVERY = 4;

/**
 * Files for a first look over the whole scan, if it is long enough for one, and the others.
 *
 * @param {readonly Source[]} files
 * @param {readonly number[]} numbers of those to read, rising
 * @param {number | null} batch as of `groupFiles`
 * @returns {{ first: number[][], others: number[][] }}
 */
export function planReading(files, numbers, batch) {
  const isLong = numbers.length >= FIRST_LOOK_FROM;
  if (!isLong || numbers.some((number) => isVolume(files, number)))
    return { first: [], others: groupFiles(files, numbers, batch) };
  const isFirst = (/** @type {number} */ index) => index % FIRST_LOOK_EVERY === 0;
  const some = numbers.filter((_, index) => isFirst(index));
  const others = numbers.filter((_, index) => !isFirst(index));
  return { first: groupFiles(files, some, batch), others: groupFiles(files, others, batch) };
}

/** @param {readonly Source[]} files @param {number} number */
function isVolume(files, number) {
  return VOLUME.test(files[number]?.name ?? "");
}

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
    const alone = isVolume(files, number);
    const last = groups.at(-1);
    if (open && !alone && last && last.length < most) last.push(number);
    else groups.push([number]);
    open = !alone;
  }
  return groups;
}
