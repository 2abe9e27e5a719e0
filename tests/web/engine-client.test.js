import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Engine } from "../../web/js/engine/client.js";
import { CORRUPT, DEAD, FakeWorker, HEALTHY, settle } from "./fake-engine.js";

/** @type {import("./fake-engine.js").Script} */
let script = HEALTHY;

function start({ loaded = true } = {}) {
  const worker = new FakeWorker((...call) => script(...call));
  const progress = /** @type {any[]} */ ([]);
  const urls = /** @type {string[]} */ ([]);
  const reader = /** @type {boolean[]} */ ([]);
  /** @type {() => void} */
  const onReader = () => reader.push(engine.loadsReader);
  const engine = new Engine(/** @type {any} */ (worker), {
    onBootProgress: (step) => progress.push(step),
    onNetwork: (more) => urls.push(...more),
    onReader,
  });
  if (loaded) worker.say({ kind: "loaded" });
  return { worker, engine, progress, urls, reader };
}

const image = (name = "a.png") => ({
  name,
  bytes: new ArrayBuffer(4),
  thumbnailSide: 0,
});
const code = (/** @type {string} */ expected) => (/** @type {any} */ error) => error.code === expected;

beforeEach(() => (script = HEALTHY));

test("calls wait until the worker's modules have loaded", async () => {
  const { worker, engine } = start({ loaded: false });
  const answer = engine.call("analyse", image());
  await settle();
  assert.equal(worker.received.length, 0);
  worker.say({ kind: "loaded" });
  assert.equal(/** @type {any} */ (await answer).label, "a.png");
});

test("a worker that does not load leaves no promise open", async () => {
  const { worker, engine } = start({ loaded: false });
  const answer = engine.call("analyse", image());
  worker.emit("error", { message: "404" });
  await assert.rejects(answer, code("engine/boot"));
  assert.equal((await engine.ended).code, "engine/boot");
  await assert.rejects(engine.call("analyse", image()), code("engine/boot"));
});

test("an error event fails everything that is pending and ends the worker", async () => {
  script = () => "silence";
  const { worker, engine } = start();
  const answers = [engine.call("analyse", image("a")), engine.call("analyse", image("b"))];
  await settle();
  worker.emit("error", { message: "unreachable" });
  for (const answer of answers) await assert.rejects(answer, code("engine/crashed"));
  assert.ok(worker.terminated);
});

test("a message that cannot be read fails what is pending", async () => {
  script = () => "silence";
  const { worker, engine } = start();
  const answer = engine.call("analyse", image());
  worker.emit("messageerror", {});
  await assert.rejects(answer, code("engine/crashed"));
});

test("an error of one call leaves the engine alive; a dead one ends it", async () => {
  script = (_method, { name }) => (name === "bad" ? CORRUPT : name === "deadly" ? DEAD : { result: {} });
  const { engine, worker } = start();
  await assert.rejects(engine.call("analyse", image("bad")), code("image/corrupt"));
  assert.equal(engine.dead, false);
  await engine.call("analyse", image("good"));
  await assert.rejects(engine.call("analyse", image("deadly")), code("engine/crashed"));
  assert.ok(engine.dead && worker.terminated);
});

test("parameters that cannot be posted fail that call alone", async () => {
  const { worker, engine } = start();
  worker.postMessage = () => {
    throw new DOMException("detached", "DataCloneError");
  };
  await assert.rejects(engine.call("analyse", image()), code("bug"));
  await engine.whenIdle();
});

test("cancel rejects at once, and the engine is idle only when it has answered", async () => {
  /** @type {(reaction: any) => void} */
  let answer = () => {};
  script = () => new Promise((resolve) => (answer = resolve));
  const { worker, engine } = start();
  const controller = new AbortController();
  const result = engine.call("analyse", image(), { signal: controller.signal });
  await settle();
  controller.abort();
  await assert.rejects(result, code("job/cancelled"));
  assert.deepEqual(worker.received.at(-1), { kind: "cancel", id: 1 });
  let idle = false;
  const waiting = engine.whenIdle().then(() => (idle = true));
  await settle();
  assert.equal(idle, false);
  answer({ error: { code: "job/cancelled", message: "Cancelled." } });
  await waiting;
  assert.equal(engine.dead, false);
});

test("a call that was cancelled before it began is not sent", async () => {
  const { worker, engine } = start();
  await assert.rejects(
    engine.call("analyse", image(), { signal: AbortSignal.abort() }),
    code("job/cancelled"),
  );
  assert.equal(worker.received.length, 0);
});

test("loading a reader is told from its beginning to its end, however it ends", async () => {
  const { worker, engine, reader } = start();
  for (const end of [
    { kind: "stage", stage: "decode" },
    { kind: "error", error: { code: "bug", message: "" }, dead: false },
  ]) {
    script = () => "silence";
    const answer = engine.call("analyse", image());
    answer.catch(() => {});
    await settle();
    const id = worker.received.length;
    worker.say({ kind: "stage", id, stage: "load" });
    worker.say({ ...end, id });
    assert.deepEqual(reader.splice(0), [true, false]);
  }
  engine.call("analyse", image()).catch(() => {});
  await settle();
  worker.say({ kind: "stage", id: worker.received.length, stage: "load" });
  engine.dispose();
  assert.deepEqual(reader, [true]);
  assert.equal(engine.loadsReader, false);
});

test("the progress of the start and requests are passed on", async () => {
  script = (_method, _params, worker) => {
    worker.say({
      kind: "boot-progress",
      progress: { step: "python", fraction: 0.5 },
    });
    worker.say({ kind: "network", urls: ["http://localhost/a"] });
    return { result: {} };
  };
  const { engine, progress, urls } = start();
  await engine.call("analyse", image());
  assert.deepEqual(progress, [{ step: "python", fraction: 0.5 }]);
  assert.deepEqual(urls, ["http://localhost/a"]);
});

/** @param {string} method @param {string | null} stage */
function silentIn(method, stage) {
  mock.timers.enable({ apis: ["setInterval"] });
  script = (_method, _params, worker) => {
    if (stage) worker.say({ kind: "stage", id: 1, stage });
    return "silence";
  };
  const { engine } = start();
  const answer = engine.call(/** @type {any} */ (method), /** @type {any} */ (image()));
  answer.catch(() => {});
  return { engine, answer };
}

/** Ten seconds that pass in ten ticks, as they do for a page that is awake. */
async function pass(/** @type {number} */ seconds) {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    await settle(2);
  }
}

test("an engine silent for ten seconds inside a decode is ended", async () => {
  const { engine, answer } = silentIn("analyse", "decode");
  await settle();
  await pass(9);
  assert.equal(engine.dead, false);
  await pass(1);
  await assert.rejects(answer, code("engine/hung"));
  mock.timers.reset();
});

test("a network may run for longer than ten seconds", async () => {
  const { engine } = silentIn("analyse", "run");
  await settle();
  await pass(60);
  assert.equal(engine.dead, false);
  engine.dispose();
  mock.timers.reset();
});

test("a start without a sign of life ends after two minutes", async () => {
  const { engine, answer } = silentIn("boot", null);
  await settle();
  await pass(119);
  assert.equal(engine.dead, false);
  await pass(1);
  await assert.rejects(answer, code("engine/boot"));
  mock.timers.reset();
});

test("a sign of life starts the count anew", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  script = () => "silence";
  const { engine, worker } = start();
  engine.call("analyse", image()).catch(() => {});
  await settle();
  for (let round = 0; round < 5; round += 1) {
    worker.say({ kind: "stage", id: 1, stage: "decode" });
    await pass(9);
  }
  assert.equal(engine.dead, false);
  engine.dispose();
  mock.timers.reset();
});

test("hours of sleep are one tick, not silence", async () => {
  // A browser's interval does not catch up on ticks that it missed while the computer slept.
  let tick = () => {};
  const realSetInterval = globalThis.setInterval;
  globalThis.setInterval = /** @type {any} */ (
    (/** @type {() => void} */ callback) => ((tick = callback), 1)
  );
  try {
    script = (_method, _params, worker) => (worker.say({ kind: "stage", id: 1, stage: "decode" }), "silence");
    const { engine } = start();
    engine.call("analyse", image()).catch(() => {});
    await settle();
    tick();
    assert.equal(engine.dead, false);
    engine.dispose();
  } finally {
    globalThis.setInterval = realSetInterval;
  }
});

test("the watch stops when nothing is pending", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  script = (_method, _params, worker) => (
    worker.say({ kind: "stage", id: 1, stage: "decode" }),
    { result: {} }
  );
  const { engine } = start();
  await engine.call("analyse", image());
  await pass(30);
  assert.equal(engine.dead, false);
  mock.timers.reset();
});

test("dispose ends the worker and cancels what is pending", async () => {
  script = () => "silence";
  const { worker, engine } = start();
  const answer = engine.call("analyse", image());
  engine.dispose();
  await assert.rejects(answer, code("job/cancelled"));
  assert.ok(worker.terminated);
  await engine.whenIdle();
});
