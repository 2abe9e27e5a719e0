/** From files to the answer: groups that fail, cancelling, clearing, margins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { InsituError } from "../../web/js/engine/errors.js";
import { correctBox, correctedBox, boxOf, undoBox } from "../../web/js/scan/state-scan.js";
import { Scans } from "../../web/js/scan/scans.js";
import { createBox, hasUnsavedResults, initialState } from "../../web/js/state.js";
import { settle } from "./fake-engine.js";
import { series, slicesOf } from "./scan-helpers.js";

const sources = (/** @type {number} */ count, first = 0) =>
  Array.from({ length: count }, (_, index) => ({
    name: `${first + index}.dcm`,
    size: () => 1,
    read: () => Promise.resolve(new ArrayBuffer(1)),
  }));

/**
 * Scans on a pool that reads at once, or as `read` says.
 *
 * @param {(numbers: number[]) => Promise<any>} [read]
 */
function start(read = (numbers) => Promise.resolve(slicesOf(numbers))) {
  const box = createBox({
    ...initialState(),
    packId: "heart",
    pack: /** @type {any} */ ({ id: "heart", task: "locate", locate: { side_px: 2 } }),
  });
  const asked = /** @type {any[]} */ ([]);
  const groups = /** @type {number[][]} */ ([]);
  const cancelled = /** @type {string[]} */ ([]);
  const pool = /** @type {any} */ ({
    state: { engines: 2 },
    readSlices: ({ files }) => {
      const numbers = files.map(({ number }) => number);
      groups.push(numbers);
      return read(numbers);
    },
    ask: (method, params) => {
      asked.push({ method, ...params });
      return Promise.resolve({ series: params.facts.length ? [series()] : [] });
    },
    cancel: (id) => cancelled.push(id),
  });
  const scans = new Scans(box, pool, () => Promise.resolve(null));
  return { box, scans, asked, groups, cancelled, scan: () => /** @type {any} */ (box.state.scan) };
}

/** Numbers of the files whose slices were joined, in their order. @param {any} asked */
const joined = ({ facts }) => facts.flatMap((part) => JSON.parse(new TextDecoder().decode(part)));

test("files are read in groups and joined in their order, whichever comes first", async () => {
  const { scans, asked, scan } = start(async (numbers) => {
    await settle(numbers[0] === 0 ? 40 : 1);
    return slicesOf(numbers);
  });
  scans.add(sources(40));
  assert.equal(scan().phase, "reading");
  await settle(100);
  assert.equal(scan().phase, "done");
  assert.deepEqual(
    joined(asked[0]),
    Array.from({ length: 40 }, (_, index) => index),
  );
  assert.equal(scan().slices, 40);
  assert.equal(scan().timings.groups, 8);
  assert.equal(scan().timings.decode, 16);
});

test("a file that ends engines is found and left out; the others of its group are read", async () => {
  const { scans, scan, asked } = start((numbers) =>
    numbers.includes(3)
      ? Promise.reject(InsituError.standard("engine/crashed"))
      : Promise.resolve(slicesOf(numbers)),
  );
  scans.add(sources(32));
  await settle(100);
  assert.equal(scan().phase, "done");
  assert.deepEqual(scan().leftOut, [{ file: 3, name: "3.dcm", error: "engine/crashed" }]);
  assert.equal(joined(asked[0]).length, 31);
});

test("files that cannot be decoded are named", async () => {
  const { scans, scan } = start((numbers) =>
    Promise.resolve({ ...slicesOf([]), leftOut: numbers.map((file) => ({ file, error: "image/corrupt" })) }),
  );
  scans.add(sources(2));
  await settle(50);
  assert.deepEqual(
    scan().leftOut.map(({ name }) => name),
    ["0.dcm", "1.dcm"],
  );
  assert.deepEqual([scan().phase, scan().series.length], ["done", 0]);
});

test("without a network for the pack the scan fails with the reason", async () => {
  const error = { code: "pack/invalid", message: "The network does not fit." };
  const { scans, scan } = start(() => Promise.reject(error));
  scans.add(sources(3));
  await settle(50);
  assert.equal(scan().phase, "failed");
  assert.deepEqual(scan().error, error);
});

test("files that come later join the scan, and what was read is not read again", async () => {
  const { scans, scan, groups, asked } = start();
  scans.add(sources(8));
  await settle(50);
  scans.add(sources(2, 8));
  await settle(50);
  assert.equal(scan().files.length, 10);
  assert.deepEqual(
    groups.flat().toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(joined(asked.at(-1)).length, 10);
});

test("a scan that was stopped is read whole when more files come", async () => {
  let go = false;
  const { scans, scan, cancelled } = start((numbers) =>
    go ? Promise.resolve(slicesOf(numbers)) : new Promise(() => {}),
  );
  scans.add(sources(8));
  await settle();
  scans.cancel();
  assert.equal(scan().phase, "cancelled");
  assert.equal(cancelled.length, 8);
  go = true;
  scans.add(sources(1, 8));
  await settle(50);
  assert.deepEqual([scan().phase, scan().slices, scan().settled], ["done", 9, 9]);
});

test("a person's scan takes the place of the sample", async () => {
  const { scans, scan } = start();
  scans.add(sources(4), { sample: true });
  await settle(50);
  assert.ok(scan().sample);
  scans.add(sources(2, 10));
  await settle(50);
  assert.deepEqual([scan().sample, scan().slices, scan().files.length], [false, 2, 2]);
});

test("a cleared scan comes back", async () => {
  const { box, scans, scan } = start();
  scans.add(sources(4));
  await settle(50);
  scans.clear();
  assert.equal(box.state.scan, null);
  scans.undoClear();
  await settle(50);
  assert.deepEqual([scan().phase, scan().slices], ["done", 4]);
  assert.equal(box.state.clearedScan, null);
});

test("answers of a scan that is gone change nothing", async () => {
  const waiting = /** @type {(() => void)[]} */ ([]);
  const { box, scans } = start(
    (numbers) => new Promise((resolve) => waiting.push(() => resolve(slicesOf(numbers)))),
  );
  scans.add(sources(1));
  await settle();
  assert.equal(scans.takeAll().length, 1);
  for (const go of waiting) go();
  await settle(20);
  assert.equal(box.state.scan, null);
});

test("another margin is asked of the slices that are there", async () => {
  const { scans, scan, asked, groups } = start();
  scans.add(sources(4));
  await settle(50);
  const before = groups.length;
  await scans.setMargin(10);
  assert.deepEqual([scan().margin, asked.at(-1).margin, groups.length], [10, 10, before]);
});

test("a person's box stands beside the one that was found, step by step", async () => {
  const { box, scans, scan } = start();
  scans.add(sources(4));
  await settle(50);
  const [found] = scan().series;
  const mine = { ...found.voxels, x0: 90 };
  box.update((state) => correctBox(state, found, mine));
  box.update((state) => correctBox(state, found, { ...mine, x1: 310 }));
  assert.deepEqual(boxOf(scan(), found), { ...mine, x1: 310 });
  box.update((state) => undoBox(state, found));
  assert.deepEqual(boxOf(scan(), found), mine);
  box.update((state) => undoBox(state, found));
  assert.equal(correctedBox(scan(), found), null);
  assert.deepEqual(boxOf(scan(), found), found.voxels);
  assert.ok(hasUnsavedResults(box.state));
});

/** A pool that holds every group back until it is let go. */
function startHeld() {
  /** @type {{ numbers: number[], go: () => void }[]} */
  const held = [];
  const started = start(
    (numbers) => new Promise((resolve) => held.push({ numbers, go: () => resolve(slicesOf(numbers)) })),
  );
  return { ...started, held };
}

test("a long scan is answered from every fourth file first, then from all", async () => {
  const { scans, scan, held, asked, box } = startHeld();
  scans.add(sources(400));
  await settle(10);
  const first = held.filter(({ numbers }) => numbers.every((number) => number % 4 === 0));
  assert.deepEqual(held.slice(0, first.length), first);
  assert.equal(first.flatMap(({ numbers }) => numbers).length, 100);
  for (const { go } of first) go();
  await settle(10);
  assert.equal(joined(asked[0]).length, 100);
  assert.equal(scan().firstLook.slices, 100);
  assert.deepEqual([scan().phase, scan().series.length, scan().stack.count], ["reading", 1, 100]);
  assert.equal(hasUnsavedResults(box.state), false);
  for (const { go } of held.slice(first.length)) go();
  await settle(10);
  assert.deepEqual([scan().phase, scan().firstLook, scan().stack.count], ["done", null, 400]);
  assert.deepEqual(
    joined(asked[1]).toSorted((a, b) => a - b),
    Array.from({ length: 400 }, (_, index) => index),
  );
  assert.ok(scan().timings.firstLook <= scan().timings.total);
});

test("a first look is left out where all has been read by then, and of a scan that is in sight", async () => {
  const { scans, scan, asked } = start();
  scans.add(sources(400));
  await settle(20);
  assert.deepEqual([scan().phase, scan().timings.firstLook], ["done", null]);
  assert.equal(asked.length, 1);
  scans.add(sources(400, 400));
  assert.equal(scan().series.length, 1);
  await settle(20);
  assert.deepEqual([asked.length, scan().timings.firstLook], [2, null]);
});

test("of a scan that is stopped after its first look nothing stays in sight", async () => {
  const { scans, scan, held } = startHeld();
  scans.add(sources(400));
  await settle(10);
  for (const { numbers, go } of held) if (numbers.every((number) => number % 4 === 0)) go();
  await settle(10);
  assert.equal(scan().series.length, 1);
  scans.cancel();
  assert.deepEqual(
    [scan().phase, scan().series, scan().stack, scan().firstLook],
    ["cancelled", [], null, null],
  );
});
