/**
 * How many engines: pure arithmetic on what is known of the machine and of the work.
 */

/** An engine needs about 230 MB; beyond four the memory of a tab is at risk for little gain. */
export const MOST = 4;

/**
 * What a browser tells of its machine.
 * @typedef {{ hardwareConcurrency?: number, deviceMemory?: number, maxTouchPoints?: number }} MachineFacts
 *   navigator; `deviceMemory` (GiB) is Chromium's alone
 */

/** GiB, at least. @param {MachineFacts} machine */
export function memoryOf({ deviceMemory, maxTouchPoints = 0 }) {
  // Phones and tablets that do not tell their memory end a tab early.
  return deviceMemory ?? (maxTouchPoints > 1 ? 4 : 8);
}

/** @param {MachineFacts} machine */
export function defaultSize(machine) {
  const { hardwareConcurrency = 2 } = machine;
  const memory = memoryOf(machine);
  const byMemory = memory <= 2 ? 1 : memory <= 4 ? 2 : MOST;
  return Math.max(1, Math.min(hardwareConcurrency, byMemory, MOST));
}

/**
 * @param {object} known
 * @param {number} known.size most engines there may be
 * @param {boolean} known.exact whether a person or a script asked for that number
 * @param {number} known.least how many to have before there is work
 * @param {number} known.engines started or starting
 * @param {number} known.ready of them ready
 * @param {number} known.working of them busy
 * @param {number} known.waiting images that wait
 * @param {number} known.bootMs what the last start took, 0 if unknown
 * @param {number} known.itemMs what an image takes on an engine, 0 if unknown
 */
export function enginesWanted({ size, exact, least, engines, ready, working, waiting, bootMs, itemMs }) {
  // Each has the machine for itself while it starts, but for those that somebody waits for.
  const starting = ready < engines || engines === 0;
  const ahead = starting ? Math.max(1, engines) : Math.min(engines + 1, Math.max(least, engines));
  if (exact) return Math.min(size, Math.max(working + waiting, least > 1 ? ahead : 1));
  if (starting) return Math.min(size, ahead);
  // One more pays if it saves clearly more time than its own start takes from the others.
  const leftMs = (waiting * itemMs) / engines;
  return Math.min(size, leftMs > 2 * bootMs && itemMs > 0 ? engines + 1 : ahead);
}
