/** What the pool promises of order, faults, cancelling and size. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "../../web/js/engine/pool.js";
import { defaultSize, enginesWanted } from "../../web/js/engine/pool-size.js";
import { CORRUPT, DEAD, HEALTHY, INFO, PACK, fakeSpawn, settle } from "./fake-engine.js";
import { start, item, code, analysed, held } from "./pool-helpers.js";

test("images that come before engine and pack wait, and are then analysed in order", async () => {
  const { pool, workers } = start();
  const answers = ["a", "b", "c"].map((name) => pool.analyse(item(name)));
  await settle();
  assert.equal(pool.state.kind, "loading");
  assert.equal(pool.state.queued, 3);
  void pool.usePack(PACK);
  assert.deepEqual(
    (await Promise.all(answers)).map(({ label }) => label),
    ["a", "b", "c"],
  );
  assert.deepEqual(analysed(workers), ["a", "b", "c"]);
});

test("no engine starts before it may", async () => {
  /** @type {(value: unknown) => void} */
  let go = () => {};
  const { pool, workers } = start(HEALTHY, { startWhen: new Promise((resolve) => (go = resolve)) });
  const opened = pool.usePack(PACK);
  await settle();
  assert.equal(workers.length, 0);
  go("ready");
  await opened;
  assert.equal(workers.length, 1);
});

test("no image is analysed before it may, but packs are opened", async () => {
  /** @type {(value: unknown) => void} */
  let go = () => {};
  const { pool, workers } = start(HEALTHY, { analyseWhen: new Promise((resolve) => (go = resolve)) });
  const answer = pool.analyse(item("a"));
  await pool.usePack(PACK);
  await settle();
  assert.deepEqual(analysed(workers), []);
  go(null);
  await answer;
});

test("states are told as they come: loading, ready, working, ready", async () => {
  const { pool, states } = start();
  await pool.usePack(PACK);
  await settle();
  await pool.analyse(item("a"));
  await settle();
  assert.deepEqual(
    states.filter((state, index) => state !== states[index - 1]),
    ["loading", "ready", "working", "ready"],
  );
  assert.deepEqual(pool.info(), INFO);
});

test("a bad image is reported at once and the next one goes on", async () => {
  const { pool, workers } = start((method, params) =>
    params?.name === "bad" ? CORRUPT : HEALTHY(method, params),
  );
  void pool.usePack(PACK);
  await assert.rejects(pool.analyse(item("bad")), code("image/corrupt"));
  await pool.analyse(item("good"));
  assert.deepEqual(analysed(workers), ["bad", "good"]);
  assert.equal(workers.length, 1);
});

test("a file that can no longer be read is reported and the next one goes on", async () => {
  const { pool } = start();
  void pool.usePack(PACK);
  const gone = item("gone", { read: () => Promise.reject(new DOMException("moved", "NotFoundError")) });
  await assert.rejects(pool.analyse(gone), code("image/corrupt"));
  await pool.analyse(item("good"));
});

for (const [what, reaction] of /** @type {const} */ ([
  ["an error event", "crash"],
  ["a dead reply", DEAD],
])) {
  test(`after ${what} the image is tried once more on a fresh engine, and the queue goes on`, async () => {
    let crashes = 1;
    const { pool, workers } = start((method, params) =>
      params?.name === "once" && crashes-- > 0 ? reaction : HEALTHY(method, params),
    );
    void pool.usePack(PACK);
    const states = /** @type {string[]} */ ([]);
    const answers = [
      pool.analyse(item("first")),
      pool.analyse(item("once", { onState: (/** @type {string} */ state) => states.push(state) })),
      pool.analyse(item("last")),
    ];
    assert.deepEqual(
      (await Promise.all(answers)).map(({ label }) => label),
      ["first", "once", "last"],
    );
    assert.deepEqual(states, ["queued", "working", "queued", "working"]);
    assert.equal(workers.length, 2);
    assert.deepEqual(analysed(workers.slice(1)), ["once", "last"]);
    assert.ok(workers[0]?.terminated);
  });
}

test("an image that kills two engines is reported, the others are not touched", async () => {
  const { pool, workers } = start((method, params) =>
    params?.name === "deadly" ? "crash" : HEALTHY(method, params),
  );
  void pool.usePack(PACK);
  const others = ["a", "b"].map((name) => pool.analyse(item(name)));
  const deadly = pool.analyse(item("deadly"));
  const last = pool.analyse(item("last"));
  await assert.rejects(deadly, code("engine/crashed"));
  assert.deepEqual(
    (await Promise.all([...others, last])).map(({ label }) => label),
    ["a", "b", "last"],
  );
  assert.equal(workers.length, 3);
});

test("the image is read anew for its second try, because its bytes were given away", async () => {
  let reads = 0;
  const read = () => Promise.resolve(new ArrayBuffer(++reads));
  const { pool } = start((method, params) =>
    method === "analyse" && params.bytes.byteLength === 1 ? DEAD : HEALTHY(method, params),
  );
  void pool.usePack(PACK);
  await pool.analyse(item("a", { read }));
  assert.equal(reads, 2);
});

test("engines that do not start three times in a row fail what waits, until somebody tries again", async () => {
  let starts = 0;
  const broken = { error: { code: "engine/boot", message: "No." }, dead: true };
  const { pool, workers } = start((method, params) =>
    method === "boot" && ++starts <= 3 ? broken : HEALTHY(method, params),
  );
  const opened = pool.usePack(PACK);
  opened.catch(() => {});
  const answers = ["a", "b"].map((name) => pool.analyse(item(name)));
  for (const answer of answers) await assert.rejects(answer, code("engine/boot"));
  await assert.rejects(opened, code("engine/boot"));
  await settle();
  assert.equal(workers.length, 3);
  assert.equal(pool.state.kind, "failed");
  assert.equal(pool.state.error?.code, "engine/boot");
  await assert.rejects(pool.analyse(item("c")), code("engine/boot"));
  pool.restart();
  await pool.analyse(item("d"));
  assert.equal(pool.state.kind, "ready");
});

test("one start that fails is nobody's business", async () => {
  let starts = 0;
  const { pool, workers } = start((method, params) =>
    method === "boot" && ++starts === 1 ? "crash" : HEALTHY(method, params),
  );
  void pool.usePack(PACK);
  await pool.analyse(item("a"));
  assert.equal(workers.length, 2);
});

test("only starts that fail in a row count", async () => {
  let starts = 0;
  const { pool } = start((method, params) => {
    if (method === "boot") return ++starts % 3 === 0 ? HEALTHY(method, params) : "crash";
    return params?.name === "deadly" ? DEAD : HEALTHY(method, params);
  });
  void pool.usePack(PACK);
  await assert.rejects(pool.analyse(item("deadly")), code("engine/crashed"));
  await pool.analyse(item("good"));
  assert.equal(starts, 9, "two failed before each of three engines");
});

test("an idle engine that dies is replaced at once", async () => {
  const { pool, workers } = start();
  await pool.usePack(PACK);
  await settle();
  workers[0]?.emit("error", { message: "unreachable" });
  await settle();
  assert.equal(workers.length, 2);
  assert.equal(pool.state.kind, "ready");
});

test("the table and overlays go before images that wait", async () => {
  const { script, release } = held();
  const { pool, workers } = start(script);
  await pool.usePack(PACK);
  const images = ["a", "b", "c"].map((name) => pool.analyse(item(name)));
  await settle();
  const table = pool.ask("table", { kind: "images", rows: [], threshold: null });
  const overlay = pool.ask(
    "overlay",
    {
      name: "x",
      probabilities: new Float32Array(2),
      runs: null,
      region: null,
      side: 9,
      selection: null,
      contrast: null,
    },
    { read: item("x").read },
  );
  const pump = setInterval(release, 1);
  await Promise.all([...images, table, overlay]);
  clearInterval(pump);
  const methods = workers[0]?.received.map(({ method }) => method);
  assert.deepEqual(methods, ["boot", "openPack", "analyse", "table", "overlay", "analyse", "analyse"]);
});

test("a cancelled image rejects at once, waiting or working, and the next one follows", async () => {
  const { script, release } = held();
  const { pool, workers } = start(script);
  await pool.usePack(PACK);
  const [working, waiting, next] = ["working", "waiting", "next"].map((name) => pool.analyse(item(name)));
  await settle();
  assert.equal(pool.cancel("working"), true);
  assert.equal(pool.cancel("waiting"), true);
  assert.equal(pool.state.queued, 1);
  await assert.rejects(/** @type {any} */ (working), code("job/cancelled"));
  await assert.rejects(/** @type {any} */ (waiting), code("job/cancelled"));
  assert.equal(pool.cancel("waiting"), false);
  assert.equal(pool.state.working, 0);
  await settle();
  assert.deepEqual(analysed(workers), ["working"], "the engine is busy until its checkpoint");
  release();
  await settle();
  release();
  await next;
  assert.deepEqual(analysed(workers), ["working", "next"]);
});

test("cancelAll takes images, not the table", async () => {
  const { script, release } = held();
  const { pool } = start(script);
  await pool.usePack(PACK);
  const images = ["a", "b"].map((name) => pool.analyse(item(name)));
  await settle();
  const table = pool.ask("table", { kind: "images", rows: [], threshold: null });
  pool.cancelAll();
  for (const image of images) await assert.rejects(image, code("job/cancelled"));
  release();
  await table;
});

test("an image that was cancelled is not tried again when its engine dies", async () => {
  /** @type {(reaction: any) => void} */
  let react = () => {};
  const { pool, workers } = start((method, params) =>
    params?.name === "a" ? new Promise((resolve) => (react = resolve)) : HEALTHY(method, params),
  );
  await pool.usePack(PACK);
  const answer = pool.analyse(item("a"));
  await settle();
  pool.cancel("a");
  await assert.rejects(answer, code("job/cancelled"));
  react("crash");
  await pool.analyse(item("b"));
  assert.deepEqual(analysed(workers), ["a", "b"]);
  assert.equal(workers.length, 2);
});

test("while paused nothing new is begun, but the table is made", async () => {
  const { pool, workers } = start();
  await pool.usePack(PACK);
  pool.pause();
  const answer = pool.analyse(item("a"));
  await pool.ask("table", { kind: "images", rows: [], threshold: null });
  await settle();
  assert.deepEqual(analysed(workers), []);
  assert.deepEqual([pool.state.kind, pool.state.paused, pool.state.queued], ["ready", true, 1]);
  pool.resume();
  await answer;
});

test("an image that needs a fresh engine gets one, even when the fresh one was used for something else", async () => {
  let crashes = 1;
  const { pool, workers } = start((method, params) =>
    params?.name === "once" && crashes-- > 0 ? DEAD : HEALTHY(method, params),
  );
  await pool.usePack(PACK);
  const answer = pool.analyse(item("once"));
  await settle(1);
  pool.pause();
  await settle();
  await pool.ask("table", { kind: "images", rows: [], threshold: null });
  pool.resume();
  await answer;
  for (const worker of workers.slice(1)) assert.notDeepEqual(analysed([worker]).at(1), "once");
  assert.equal(analysed(workers).length, 2);
});

test("without the service worker there is one engine, unless a number was asked for", async () => {
  const navigator = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: 8 }, configurable: true });
  try {
    const { spawn } = fakeSpawn();
    const startWhen = Promise.resolve("unavailable");
    const [free, asked] = [new Pool({ spawn, startWhen }), new Pool({ spawn, startWhen, engines: 3 })];
    await settle();
    assert.deepEqual([free.state.size, asked.state.size], [1, 3]);
  } finally {
    if (navigator) Object.defineProperty(globalThis, "navigator", navigator);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
});

test("the number of engines follows cores and memory", () => {
  assert.equal(defaultSize({ hardwareConcurrency: 2, deviceMemory: 8 }), 2);
  assert.equal(defaultSize({ hardwareConcurrency: 16, deviceMemory: 8 }), 4);
  assert.equal(defaultSize({ hardwareConcurrency: 8, deviceMemory: 4 }), 2);
  assert.equal(defaultSize({ hardwareConcurrency: 8, deviceMemory: 2 }), 1);
  assert.equal(defaultSize({ hardwareConcurrency: 6, maxTouchPoints: 5 }), 2);
  assert.equal(defaultSize({ hardwareConcurrency: 8 }), 4);
});

test("a further engine starts when it saves more time than it costs", () => {
  const known = {
    size: 4,
    exact: false,
    least: 1,
    engines: 1,
    ready: 1,
    working: 1,
    bootMs: 2000,
    itemMs: 20,
  };
  assert.equal(enginesWanted({ ...known, waiting: 100 }), 1);
  assert.equal(enginesWanted({ ...known, waiting: 500 }), 2);
  assert.equal(enginesWanted({ ...known, waiting: 500, itemMs: 0 }), 1);
  assert.equal(enginesWanted({ ...known, waiting: 500, ready: 0 }), 1);
  assert.equal(enginesWanted({ ...known, waiting: 5000, engines: 4, ready: 4 }), 4);
  assert.equal(enginesWanted({ ...known, exact: true, waiting: 1 }), 2);
});

test("engines that are to be there before any work start one after the other", () => {
  const known = { size: 3, least: 3, working: 0, waiting: 0, bootMs: 2000, itemMs: 0 };
  for (const exact of [false, true]) {
    assert.equal(enginesWanted({ ...known, exact, engines: 0, ready: 0 }), 1);
    assert.equal(enginesWanted({ ...known, exact, engines: 1, ready: 0 }), 1);
    assert.equal(enginesWanted({ ...known, exact, engines: 1, ready: 1 }), 2);
    assert.equal(enginesWanted({ ...known, exact, engines: 3, ready: 3 }), 3);
  }
});

test("a pack that is opened ahead is open on every engine before there is work, and a failure of that is nobody's yet", async () => {
  const { pool, workers } = start(HEALTHY, { engines: 2 });
  await pool.usePack({ ...PACK, ahead: true });
  await settle(60);
  assert.deepEqual(
    workers.map(({ received }) => received.map(({ method }) => method)),
    [
      ["boot", "openPack", "getReady"],
      ["boot", "openPack", "getReady"],
    ],
  );
  pool.dispose();

  const hurried = start(HEALTHY, { engines: 1 });
  const waits = hurried.pool.analyse(item("a"));
  await hurried.pool.usePack({ ...PACK, ahead: true });
  await waits;
  assert.ok(!hurried.workers[0]?.received.some(({ method }) => method === "getReady"));
  hurried.pool.dispose();

  /** @type {import("./fake-engine.js").Script} */
  const script = (method, params, worker) =>
    method === "openPack" && worker !== seconds.workers[0]
      ? /** @type {any} */ (CORRUPT)
      : HEALTHY(method, params);
  const seconds = start(script, { engines: 2 });
  const other = seconds.pool;
  await other.usePack({ ...PACK, ahead: true });
  await settle(60);
  assert.equal(other.state.kind, "ready");
  other.dispose();
});

test("dispose cancels everything and ends every engine", async () => {
  const { script } = held();
  const { pool, workers } = start(script, { engines: 2 });
  await pool.usePack(PACK);
  const images = ["a", "b", "c"].map((name) => pool.analyse(item(name)));
  await settle();
  pool.dispose();
  for (const image of images) await assert.rejects(image, code("job/cancelled"));
  await assert.rejects(pool.analyse(item("d")), code("job/cancelled"));
  await settle();
  assert.ok(workers.every(({ terminated }) => terminated));
});

test("one file is read ahead while the engine is busy, and read once", async () => {
  const { script, release } = held();
  const { pool, workers } = start(script);
  /** @type {string[]} */
  const reads = [];
  const counted = (/** @type {string} */ name) =>
    item(name, {
      read: () => {
        reads.push(name);
        return Promise.resolve(new ArrayBuffer(4));
      },
    });
  await pool.usePack(PACK);
  const answers = ["a", "b", "c"].map((name) => pool.analyse(counted(name)));
  await settle();
  assert.deepEqual(analysed(workers), ["a"]);
  assert.deepEqual(reads, ["a", "b"]);
  for (let turn = 0; turn < 3; turn += 1) {
    release();
    await settle();
  }
  await Promise.all(answers);
  assert.deepEqual(reads, ["a", "b", "c"]);
});
