/**
 * What keys do in the viewer. Pure.
 *
 * @typedef {object} Commands
 * @property {() => void} fit
 * @property {() => void} zoomIn
 * @property {() => void} zoomOut
 * @property {() => void} next
 * @property {() => void} previous
 * @property {(event: KeyPress) => boolean} choose false where there was nothing to do
 * @property {() => boolean} cancel
 * @property {(dx: number, dy: number) => void} panBy
 * @property {(on: boolean) => void} holdPan
 *
 * @typedef {Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">} KeyPress
 */

const STEP_PX = 48;
const LONG_STEPS = 5;

/** @type {Record<string, Exclude<keyof Commands, "panBy" | "holdPan">>} */
const COMMANDS = {
  0: "fit",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  _: "zoomOut",
  n: "next",
  N: "next",
  p: "previous",
  P: "previous",
  Enter: "choose",
  Escape: "cancel",
};

/** The image moves the other way, as a page does that is scrolled. @type {Record<string, [number, number]>} */
const STEPS = {
  ArrowLeft: [STEP_PX, 0],
  ArrowRight: [-STEP_PX, 0],
  ArrowUp: [0, STEP_PX],
  ArrowDown: [0, -STEP_PX],
};

/**
 * Do what a key stands for.
 *
 * @param {KeyPress} event
 * @param {Commands} commands
 * @returns {boolean} whether it did anything
 */
export function obeyKey(event, commands) {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (altKey || ((ctrlKey || metaKey) && key !== "Enter")) return false;
  const step = STEPS[key];
  const by = shiftKey ? LONG_STEPS : 1;
  if (step) commands.panBy(by * step[0], by * step[1]);
  if (key === " ") commands.holdPan(true);
  if (step || key === " ") return true;
  const command = COMMANDS[key];
  return command ? commands[command](event) !== false : false;
}

/**
 * The object after or before another, round the ends.
 *
 * @param {Uint32Array} present ids, ascending
 * @param {number | null} from null for none yet
 * @param {1 | -1} by
 * @returns {number | null} null where there are no objects
 */
export function objectBeside(present, from, by) {
  if (!present.length) return null;
  if (from === null) return present.at(by > 0 ? 0 : -1) ?? null;
  const after = firstAbove(present, by > 0 ? from : from - 1);
  const at = by > 0 ? after : after - 1;
  return present[(at + present.length) % present.length] ?? null;
}

/** Place of the first id above another; the length where there is none. @param {Uint32Array} present @param {number} id */
function firstAbove(present, id) {
  let low = 0;
  let high = present.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((present[middle] ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
