/**
 * What waits for an engine: two lanes, and items that are to be tried once more. Pure; knows
 * neither engines nor promises.
 *
 * @typedef {object} Waiting
 * @property {boolean} urgent goes before what is not
 * @property {boolean} retried needs an engine that has done nothing yet
 */

/** @template {Waiting} Job */
export class Queue {
  /** @type {Job[]} */
  #urgent = [];
  /** @type {Job[]} */
  #normal = [];

  [Symbol.iterator]() {
    return [...this.#urgent, ...this.#normal][Symbol.iterator]();
  }

  /** Jobs that are not urgent. */
  get waiting() {
    return this.#normal.length;
  }

  add(/** @type {Job} */ job) {
    this.#lane(job).push(job);
  }

  /** To the front of its lane. */
  putBack(/** @type {Job} */ job) {
    this.#lane(job).unshift(job);
  }

  /** @returns {boolean} whether it was waiting */
  remove(/** @type {Job} */ job) {
    const lane = this.#lane(job);
    const index = lane.indexOf(job);
    if (index >= 0) lane.splice(index, 1);
    return index >= 0;
  }

  /**
   * The next job for an engine.
   * @param {boolean} fresh whether the engine has done nothing yet: it serves retried jobs first
   * @param {(job: Job) => boolean} canStart
   * @returns {Job | null}
   */
  take(fresh, canStart) {
    const job = (fresh ? this.#find((job) => job.retried && canStart(job)) : null) ?? this.peek(canStart);
    if (job) this.remove(job);
    return job;
  }

  /** What an engine that is not fresh would take next. @param {(job: Job) => boolean} canStart */
  peek(canStart) {
    return this.#find((job) => !job.retried && canStart(job));
  }

  /** What engines would take next, some at most. @param {(job: Job) => boolean} canStart @param {number} most */
  next(canStart, most) {
    /** @type {Job[]} */
    const found = [];
    for (const job of this) {
      if (found.length >= most) break;
      if (!job.retried && canStart(job)) found.push(job);
    }
    return found;
  }

  /** Whether a job waits that only a fresh engine may take. */
  wantsFresh(/** @type {(job: Job) => boolean} */ canStart) {
    return this.#find((job) => job.retried && canStart(job)) !== null;
  }

  #find(/** @type {(job: Job) => boolean} */ matches) {
    return this.#urgent.find(matches) ?? this.#normal.find(matches) ?? null;
  }

  #lane(/** @type {Job} */ job) {
    return job.urgent ? this.#urgent : this.#normal;
  }
}
