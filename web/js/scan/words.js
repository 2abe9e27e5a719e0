/**
 * What a scan gave, in words.
 *
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 * @import { Pack } from "../types.js"
 * @import { LeftOut } from "./types.js"
 */
import { formatCount, formatNumber } from "../lib/format.js";

const TENTHS = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @type {Record<string, string>} */
const WHY_LEFT_OUT = {
  "image/unsupported": "not a slice of a CT, or of a kind that cannot be read",
  "image/corrupt": "damaged, or can no longer be read",
  "image/too-large": "too large",
  "engine/out-of-memory": "needs more memory than there is",
};

/** What is looked for: "heart". @param {Pack | null} pack */
export function organOf(pack) {
  return (pack?.classes[0]?.name ?? "organ").toLowerCase();
}

/** The answer in one line. @param {Pack | null} pack @param {Box3 | null} box */
export function sayAnswer(pack, box) {
  if (!box) return `No ${organOf(pack)} found`;
  const name = pack?.classes[0]?.name ?? "Found";
  const [first, last] = [formatCount(box.z0 + 1), formatCount(box.z1)];
  return box.z1 - box.z0 === 1 ? `${name} in slice ${first}` : `${name} in slices ${first} to ${last}`;
}

/** What some of the slices say, whose numbers are not those of the scan. @param {Pack | null} pack @param {Box3 | null} box */
export function sayFirstAnswer(pack, box) {
  return box ? `${pack?.classes[0]?.name ?? "Organ"} found` : `No ${organOf(pack)} so far`;
}

/** @param {FoundSeries} series */
export function saySeries({ members, width, height, step, isSpaced, modality }) {
  const distance = isSpaced && members.length > 1 ? [`${trim(step)} mm apart`] : [];
  return [modality, formatNumber(members.length, "slice"), `${width} × ${height}`, ...distance]
    .filter(Boolean)
    .join(" · ");
}

/** Files that are left out, by why. @param {readonly LeftOut[]} leftOut */
export function sayLeftOut(leftOut) {
  /** @type {Map<string, LeftOut[]>} */
  const groups = new Map();
  for (const one of leftOut) groups.set(one.error, [...(groups.get(one.error) ?? []), one]);
  return Array.from(groups, ([error, files]) => ({
    error,
    count: files.length,
    words: `${formatNumber(files.length, "file")} left out: ${WHY_LEFT_OUT[error] ?? "the engine stopped at it"}`,
    names: files.slice(0, 3).map(({ name }) => name),
  }));
}

/** Millimetres of the patient. @param {number} low @param {number} high */
export function sayRange(low, high) {
  return `${TENTHS.format(low)} to ${TENTHS.format(high)} mm`;
}

/** @param {number} value */
function trim(value) {
  return String(Number(value.toFixed(3)));
}
