/** The pool under random failures, cancels, pauses and changes of pack. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CORRUPT, DEAD, HEALTHY, INFO, OTHER_PACK, PACK, random, settle } from "./fake-engine.js";
import { start, item } from "./pool-helpers.js";

/** One run of random failures, cancels, pauses and changes of pack. */
async function storm(/** @type {number} */ seed) {
  const next = random(seed);
  const tries = new Map();
  const dirty = new WeakSet();
  const staleRetries = /** @type {string[]} */ ([]);
  const { pool, workers } = start(
    async (method, params, worker) => {
      await settle(Math.floor(next() * 3));
      if (method === "boot") return next() < 0.1 ? "crash" : { result: INFO };
      if (method === "openPack") return next() < 0.03 ? DEAD : { result: {} };
      if (method !== "analyse") return HEALTHY(method, params);
      tries.set(params.name, (tries.get(params.name) ?? 0) + 1);
      if (tries.get(params.name) > 1 && dirty.has(worker)) staleRetries.push(params.name);
      dirty.add(worker);
      const dice = next();
      if (dice < 0.08) return "crash";
      if (dice < 0.16) return DEAD;
      return dice < 0.25 ? CORRUPT : HEALTHY(method, params);
    },
    { engines: 1 + Math.floor(next() * 3) },
  );
  /** @type {Map<string, string[]>} */
  const outcomes = new Map();
  const promises = [];
  for (let index = 0; index < 60; index += 1) {
    const name = `item-${index}`;
    const events = /** @type {string[]} */ ([]);
    outcomes.set(name, events);
    const answer = pool.analyse(item(name, { onState: (/** @type {string} */ state) => events.push(state) }));
    promises.push(
      answer.then(
        ({ label }) => events.push(`done ${label}`),
        (error) => events.push(`failed ${error.code}`),
      ),
    );
    if (next() < 0.2) pool.usePack(next() < 0.5 ? PACK : OTHER_PACK).catch(() => {});
    if (next() < 0.15) pool.cancel(`item-${Math.floor(next() * (index + 1))}`);
    if (next() < 0.1) pool.pause();
    if (next() < 0.3) pool.resume();
    if (next() < 0.3) pool.restart();
    if (next() < 0.1) pool.ask("table", { kind: "images", rows: [], threshold: null }).catch(() => {});
    if (next() < 0.3) await settle(1);
  }
  pool.resume();
  pool.usePack(PACK).catch(() => {});
  for (let round = 0; round < 200 && pool.state.queued + pool.state.working > 0; round += 1) await settle(5);
  const left = pool.state;
  await Promise.race([Promise.all(promises), settle(50)]);
  pool.dispose();
  return { outcomes, tries, left, staleRetries, workers };
}

test("every image settles exactly once, whatever happens (200 random storms)", async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const { outcomes, tries, left, staleRetries } = await storm(seed);
    assert.deepEqual([left.queued, left.working], [0, 0], `seed ${seed}: something waits for ever`);
    for (const [name, events] of outcomes) {
      const ends = events.filter((event) => /^(done|failed)/.test(event));
      assert.equal(ends.length, 1, `seed ${seed}: ${name} settled ${ends.length} times`);
      assert.equal(events.at(-1), ends[0], `seed ${seed}: ${name} changed after it had settled`);
      if (ends[0]?.startsWith("done")) assert.equal(ends[0], `done ${name}`);
    }
    for (const [name, count] of tries)
      assert.ok(count <= 2, `seed ${seed}: ${name} was tried ${count} times`);
    assert.deepEqual(staleRetries, [], `seed ${seed}: a second try on a used engine`);
  }
});
