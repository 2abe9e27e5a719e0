/**
 * Rate and time left, from the moments at which items settled.
 *
 * @import { Pace } from "../types.js"
 */
const WINDOW_MS = 8000;
const STEP_MS = 200;

/**
 * @param {Pace} pace
 * @param {number} at ms
 * @param {number} settled items settled by then
 * @returns {Pace}
 */
export function addMoment(pace, at, settled) {
  const before = pace.at(-2);
  const kept = before && at - before.at < STEP_MS ? pace.slice(0, -1) : pace;
  const recent = kept.filter((moment, index) => at - moment.at <= WINDOW_MS || index === kept.length - 1);
  return [...recent, { at, settled }];
}

/**
 * Items per second over the last seconds; null while too little is known.
 *
 * @param {Pace} pace
 * @returns {number | null}
 */
export function ratePerSecond(pace) {
  const first = pace[0];
  const last = pace.at(-1);
  if (!first || !last || last.settled - first.settled < 2 || last.at <= first.at) return null;
  return (1000 * (last.settled - first.settled)) / (last.at - first.at);
}

/**
 * Seconds until `left` items have settled at the present rate; null while unknown.
 *
 * @param {Pace} pace
 * @param {number} left
 * @returns {number | null}
 */
export function secondsLeft(pace, left) {
  const rate = ratePerSecond(pace);
  return rate ? left / rate : null;
}
