/** Files of a scan on their way to an engine: read together, ahead, and without spoiling each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEALTHY, PACK, settle } from "./fake-engine.js";
import { code, start } from "./pool-helpers.js";
import { slicesOf } from "./scan-helpers.js";

/** @type {import("./fake-engine.js").Script} */
const SCRIPT = (method, params) =>
  method === "readSlices"
    ? { result: slicesOf(params.files.map((/** @type {any} */ file) => file.number)) }
    : HEALTHY(method, params);

/** Files whose bytes are their number, twice. @param {number[]} numbers @param {(number: number) => void} [onRead] */
const files = (numbers, onRead = () => {}) =>
  numbers.map((number) => ({
    number,
    name: `${number}.dcm`,
    read: () => {
      onRead(number);
      return Promise.resolve(Uint8Array.of(number, number).buffer);
    },
  }));

/** What engines were sent. @param {import("./fake-engine.js").FakeWorker[]} workers */
const sent = (workers) =>
  workers.flatMap(({ received }) =>
    received.filter(({ method }) => method === "readSlices").map(({ params }) => params),
  );

test("a group of files arrives as one request, with what each file holds", async () => {
  const { pool, workers } = start(SCRIPT);
  void pool.usePack(PACK);
  const slices = await pool.readSlices({ id: "a", files: files([3, 4]), batch: 32 });
  assert.equal(slices.count, 2);
  const [request] = sent(workers);
  assert.equal(request.batch, 32);
  assert.deepEqual(
    request.files.map((/** @type {any} */ { number, name, bytes }) => [number, name, [...bytes]]),
    [
      [3, "3.dcm", [3, 3]],
      [4, "4.dcm", [4, 4]],
    ],
  );
});

test("files on a disk are read at once and cut apart", async () => {
  const { pool, workers } = start(SCRIPT);
  void pool.usePack(PACK);
  const read = /** @type {number[]} */ ([]);
  const onDisk = files([1, 2, 3], (number) => read.push(number)).map((file) => ({
    ...file,
    file: new File([new Uint8Array(file.number).fill(file.number)], file.name),
  }));
  await pool.readSlices({ id: "a", files: onDisk, batch: null });
  assert.deepEqual(
    sent(workers)[0].files.map((/** @type {any} */ { bytes }) => [...bytes]),
    [[1], [2, 2], [3, 3, 3]],
  );
  assert.deepEqual(read, []);
});

test("where files cannot be read together each is tried, and those that cannot be read are named", async () => {
  const { pool, workers } = start(SCRIPT);
  void pool.usePack(PACK);
  const [good, gone] = files([1, 2]);
  assert.ok(good && gone);
  const broken = /** @type {any} */ ({ size: 5 }); // no Blob takes it for a file of five bytes
  const slices = await pool.readSlices({
    id: "a",
    files: [
      { ...good, file: broken },
      { ...gone, file: broken, read: () => Promise.reject(new Error("moved")) },
    ],
    batch: null,
  });
  assert.deepEqual(slices.leftOut, [{ file: 2, error: "image/corrupt" }]);
  assert.deepEqual(
    sent(workers)[0].files.map((/** @type {any} */ { number }) => number),
    [1],
  );
});

test("two groups are read while an engine is busy, and read once", async () => {
  /** @type {(() => void)[]} */
  const waiting = [];
  const { pool } = start(async (method, params, worker) => {
    if (method === "readSlices") await new Promise((resolve) => waiting.push(() => resolve(null)));
    return SCRIPT(method, params, worker);
  });
  void pool.usePack(PACK);
  const read = /** @type {number[]} */ ([]);
  const answers = [0, 1, 2, 3].map((number) =>
    pool.readSlices({ id: String(number), files: files([number], (one) => read.push(one)), batch: null }),
  );
  await settle();
  assert.deepEqual(read, [0, 1, 2]);
  for (let round = 0; round < 4; round += 1) {
    for (const go of waiting.splice(0)) go();
    await settle();
  }
  await Promise.all(answers);
  assert.deepEqual(read, [0, 1, 2, 3]);
});

test("a group is cancelled as an image is", async () => {
  const { pool } = start(SCRIPT);
  const answer = pool.readSlices({ id: "a", files: files([1]), batch: null });
  assert.equal(pool.cancel("a"), true);
  await assert.rejects(answer, code("job/cancelled"));
});
