import assert from "node:assert/strict";
import test from "node:test";

import { RUN_LIMIT_MS } from "../../web/js/speed/plan.js";
import { SpeedTest } from "../../web/js/speed/speed-test.js";
import { runTrial } from "../../web/js/speed/trial.js";
import { PACK, timedEngines } from "./speed-helpers.js";

const GIVEN = { pack: PACK, model: new Blob(["cells"]) };
const CHOICE = { engines: [1], largest: 4, runs: 10 };
const MEMORY_GIB = 64;

/**
 * @param {ReturnType<typeof timedEngines>} engines
 * @param {Partial<import("../../web/js/speed/types.js").Choice>} [choice]
 * @param {object} [more]
 */
function run({ spawn, clock }, choice = {}, more = {}) {
  const states = /** @type {import("../../web/js/speed/types.js").Trial[]} */ ([]);
  const options = {
    spawn,
    clock,
    memoryGib: MEMORY_GIB,
    signal: new AbortController().signal,
    onChange: (/** @type {any} */ trial) => void states.push(trial),
    onNetwork() {},
    ...more,
  };
  return { states, ended: runTrial(GIVEN, { ...CHOICE, ...choice }, options) };
}

test("each size is warmed up and then measured", async () => {
  const engines = timedEngines((batch) => 20 * batch);
  const trial = await run(engines).ended;
  assert.deepEqual(
    trial.measured.map(({ batch, warmUp, ms }) => [batch, warmUp.length, ms.length]),
    [
      [1, 26, 10], // the first run, and those that fill half a second
      [2, 14, 10],
      [4, 8, 10],
    ],
  );
  assert.deepEqual(trial.image, [3, 64, 96]);
  assert.equal(trial.info?.onnxruntime, "1");
  assert.deepEqual([trial.stops, trial.now, trial.cancelled], [[], null, false]);
  assert.ok(
    engines.workers.every(({ terminated }) => terminated),
    "no engine stays",
  );
});

test("slow runs come in small rounds, at least three of them and for about five seconds", async () => {
  const engines = timedEngines(() => 2000);
  const trial = await run(engines, { largest: 1, runs: 100 }).ended;
  assert.deepEqual(engines.calls, Array(4).fill([1, 1]));
  assert.equal(trial.measured[0]?.ms.length, 3);
});

test("each number of engines is measured by itself, all its engines at the same time", async () => {
  const engines = timedEngines(() => 600);
  const trial = await run(engines, { engines: [1, 2], largest: 1, runs: 3 }).ended;
  assert.deepEqual(
    trial.measured.map((entry) => [entry.engines, entry.warmUp.length, entry.ms.length]),
    [
      [1, 1, 3],
      [2, 2, 6],
    ],
  );
  assert.equal(engines.workers.length, 3, "the second series has engines of its own");
});

test("a network that takes one image only is measured with one", async () => {
  const trial = await run(timedEngines(() => 600, [1, 3, 32, 32])).ended;
  assert.deepEqual(
    trial.measured.map(({ batch }) => batch),
    [1],
  );
  assert.deepEqual(trial.image, [3, 32, 32]);
});

test("sizes end where a run would take too long, and where one did", async () => {
  const expected = await run(timedEngines((batch) => 6000 * batch)).ended;
  assert.deepEqual(expected.measured.length, 1);
  assert.deepEqual(
    expected.stops.map(({ batch, code }) => [batch, code]),
    [[2, "limit/time"]],
  );
  const found = await run(timedEngines((batch) => (batch === 2 ? RUN_LIMIT_MS + 1 : 100))).ended;
  assert.match(found.stops[0]?.message ?? "", /batch of 2 took/);
  assert.equal(found.measured.length, 1);
});

test("the smallest size is measured however long it takes", async () => {
  const trial = await run(timedEngines(() => RUN_LIMIT_MS + 1)).ended;
  assert.equal(trial.measured[0]?.ms.length, 3);
  assert.deepEqual(
    trial.stops.map(({ batch }) => batch),
    [2],
  );
});

test("sizes that would need more memory than there is are left out", async () => {
  const engines = timedEngines(() => 10, [null, 3, 4096, 4096]);
  const trial = await run(engines, {}, { memoryGib: 8 }).ended;
  assert.deepEqual(
    trial.stops.map(({ batch, code }) => [batch, code]),
    [[2, "limit/memory"]],
  );
});

test("an engine that dies ends its series, and the test goes on with fresh ones", async () => {
  const dead = {
    error: { code: "engine/out-of-memory", message: "Memory.", details: "bad_alloc" },
    dead: true,
  };
  const engines = timedEngines((batch) => (batch === 4 ? /** @type {any} */ (dead) : 100));
  const trial = await run(engines, { engines: [1, 2], runs: 3 }).ended;
  assert.deepEqual(
    trial.measured.map((entry) => [entry.engines, entry.batch]),
    [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ],
  );
  assert.deepEqual(
    trial.stops.map(({ engines: count, batch, code, details }) => [count, batch, code, details]),
    [
      [1, 4, "engine/out-of-memory", "bad_alloc"],
      [2, 4, "engine/out-of-memory", "bad_alloc"],
    ],
  );
});

test("an engine that disappears without a word is reported too", async () => {
  const trial = await run(timedEngines((batch) => (batch === 2 ? "crash" : 100))).ended;
  assert.deepEqual(
    trial.stops.map(({ code }) => code),
    ["engine/crashed"],
  );
});

test("cancelling ends the engines at once and keeps what was measured", async () => {
  const cancel = new AbortController();
  const engines = timedEngines((batch) => (batch === 2 ? "silence" : 600));
  const onChange = (/** @type {any} */ trial) => {
    if (trial.now?.batch === 2) setTimeout(() => cancel.abort());
  };
  const { ended } = run(engines, { engines: [1, 2] }, { signal: cancel.signal, onChange });
  const trial = await ended;
  assert.deepEqual([trial.cancelled, trial.measured.length, trial.stops], [true, 1, []]);
  assert.equal(engines.workers.length, 1, "no engine is started afterwards");
  assert.ok(engines.workers.every(({ terminated }) => terminated));
});

test("progress only grows, and names what is measured", async () => {
  const { states, ended } = run(
    timedEngines((batch) => 50 * batch),
    { engines: [1, 2] },
  );
  await ended;
  const nows = states.flatMap(({ now }) => (now ? [now] : []));
  const fractions = nows.map(({ fraction }) => fraction);
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  );
  assert.ok((fractions.at(-1) ?? 0) > 0.8);
  assert.deepEqual([...new Set(nows.map(({ part }) => part))], ["start", "warm-up", "measure"]);
});

test("the page's test runs one at a time, and says so where the best batch cannot be kept", async () => {
  const engines = timedEngines(() => 600);
  const test = new SpeedTest({ memoryGib: MEMORY_GIB, onChange() {}, onNetwork() {}, spawn: engines.spawn });
  await test.start(CHOICE);
  assert.equal(test.state.trial, null, "no pack is open");
  await test.usePack(GIVEN);
  const started = test.start({ ...CHOICE, largest: 1, runs: 3 });
  assert.ok(test.isRunning);
  await test.start(CHOICE);
  await started;
  assert.ok(!test.isRunning);
  assert.equal(engines.workers.length, 1);
  assert.equal(test.state.trial?.measured.length, 1);
  assert.equal(test.state.note?.code, "store/unavailable", "there is no IndexedDB here");
});
