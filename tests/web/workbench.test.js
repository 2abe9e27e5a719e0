import assert from "node:assert/strict";
import test from "node:test";

import { Corrections } from "../../web/js/corrections.js";
import { countObjects, objectsOf, sayCount } from "../../web/js/lib/objects.js";
import { ObjectFiles } from "../../web/js/object-files.js";
import { addItems, itemById, settleItem } from "../../web/js/state-items.js";
import { createBox, initialState } from "../../web/js/state.js";
import { buildIndex } from "../../web/js/viewer/spatial-index.js";
import { ALIKE, BY_NUMBER, colourObjects } from "../../web/js/workbench/colouring.js";
import { lineAcross } from "../../web/js/workbench/cross-line.js";
import { objectsAlong } from "../../web/js/workbench/line-objects.js";
import { partToFetch } from "../../web/js/workbench/sharp-part.js";
import { analysis, source } from "./page-helpers.js";

/** Objects that are told apart by their count alone. @param {number} count @returns {any} */
function objects(count) {
  const columns = [{ id: "area_px", title: "Area", unit: "px²", kind: "integer" }];
  const values = Float64Array.from({ length: count }, (_, index) => 10 * (index + 1));
  return { runs: { count }, measurements: { columns, count, values }, scale: 1, diameter: 9 };
}

function boxWithObjects() {
  const added = addItems({ ...initialState(), packId: "p" }, [source("a"), source("b")], { now: 0 });
  const found = { ...analysis(), label: null, score: null, probabilities: null, objects: objects(3) };
  return createBox(settleItem(added, 0, { state: "done", analysis: /** @type {any} */ (found) }, 1));
}

test("a correction comes after what was found, which stays", async () => {
  const box = boxWithObjects();
  /** @type {any} */
  let asked;
  const pool = {
    async ask(/** @type {string} */ method, /** @type {any} */ params, /** @type {any} */ options) {
      asked = { method, edit: params.edit, before: params.objects.measurements.count, pack: options.pack };
      return { objects: objects(2), origins: Int32Array.of(1, 0) };
    },
  };
  const corrections = new Corrections(box, /** @type {any} */ (pool));
  const before = /** @type {any} */ (objectsOf(/** @type {any} */ (itemById(box.state, 0))));
  const corrected = await corrections.correct(0, { kind: "merge", ids: [2, 3] }, before);
  assert.deepEqual(asked, {
    method: "editObjects",
    edit: { kind: "merge", ids: [2, 3] },
    before: 3,
    pack: "p",
  });
  assert.deepEqual(corrected?.changed, [2]);
  const item = /** @type {any} */ (itemById(box.state, 0));
  assert.equal(countObjects(item), 2);
  assert.equal(item.objects.measurements.count, 3);
  corrections.undo(0);
  assert.equal(countObjects(/** @type {any} */ (itemById(box.state, 0))), 3);
});

test("corrections follow one another, each from what the one before left", async () => {
  const box = boxWithObjects();
  /** @type {number[]} */
  const starts = [];
  const pool = {
    async ask(/** @type {string} */ _method, /** @type {any} */ { objects: before }) {
      starts.push(before.measurements.count);
      await new Promise((resolve) => setTimeout(resolve));
      return { objects: objects(before.measurements.count - 1), origins: new Int32Array() };
    },
  };
  const corrections = new Corrections(box, /** @type {any} */ (pool));
  const draw = () => corrections.correct(0, { kind: "draw", points: new Float64Array() }, null);
  await Promise.all([draw(), draw()]);
  assert.deepEqual(starts, [3, 2]);
  assert.equal(/** @type {any} */ (itemById(box.state, 0)).corrections.length, 2);
});

test("a correction of objects that are others by its turn is not made", async () => {
  const box = boxWithObjects();
  let asked = 0;
  const ask = async () => ({ objects: objects(3 - ++asked), origins: new Int32Array() });
  const corrections = new Corrections(box, /** @type {any} */ ({ ask }));
  const seen = /** @type {any} */ (objectsOf(/** @type {any} */ (itemById(box.state, 0))));
  const remove = () => corrections.correct(0, { kind: "remove", ids: [1] }, seen);
  const [first, second] = await Promise.all([remove(), remove()]);
  assert.equal(asked, 1);
  assert.equal(first?.objects.measurements.count, 2);
  assert.equal(second, null);
});

test("a correction that fails changes nothing, and the next one is made", async () => {
  const box = boxWithObjects();
  let calls = 0;
  const pool = {
    ask: async () =>
      calls++ ? { objects: objects(1), origins: new Int32Array() } : Promise.reject(new Error("no")),
  };
  const corrections = new Corrections(box, /** @type {any} */ (pool));
  await assert.rejects(corrections.correct(0, { kind: "remove", ids: [1] }, null), { message: "no" });
  await corrections.correct(0, { kind: "remove", ids: [1] }, null);
  assert.equal(countObjects(/** @type {any} */ (itemById(box.state, 0))), 1);
});

test("an image that was not analysed has no objects to correct", async () => {
  const box = boxWithObjects();
  const corrections = new Corrections(box, /** @type {any} */ ({ ask: () => assert.fail() }));
  assert.equal(await corrections.correct(1, { kind: "remove", ids: [1] }, null), null);
  assert.equal(objectsOf(/** @type {any} */ (itemById(box.state, 1))), null);
});

test("counts are said with the pack's words", () => {
  const pack = /** @type {any} */ ({ name: "Nuclei", classes: [{ name: "Nucleus" }] });
  assert.deepEqual(
    [0, 1, 2345].map((count) => sayCount(count, pack)),
    ["0 nuclei", "1 nucleus", "2,345 nuclei"],
  );
});

test("files of a batch are put together image after image", async () => {
  const box = boxWithObjects();
  /** @type {any[]} */
  const asked = [];
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const files = new ObjectFiles(
    /** @type {any} */ (
      async (/** @type {string} */ method, /** @type {any} */ params) => {
        if (method === "batchTable")
          return {
            images: bytes("i"),
            columns: [],
            objectsHead: bytes("head;"),
            cocoHead: bytes("["),
            cocoTail: bytes("]"),
          };
        asked.push({ format: params.format, imageId: params.imageId, firstId: params.firstId });
        return { bytes: bytes(`${params.file}${params.imageId};`) };
      }
    ),
  );
  const [first] = box.state.items;
  const items = /** @type {any[]} */ ([first, box.state.items[1], { ...first, name: "c" }]);
  /** @type {Record<string, string>} */
  const made = {};
  for await (const { name, input } of files.entriesOfBatch(items)) {
    let text = "";
    const parts = input instanceof Uint8Array ? [input] : /** @type {AsyncIterable<Uint8Array>} */ (input);
    for await (const part of parts) text += new TextDecoder().decode(part);
    made[name] = text;
  }
  assert.deepEqual(made, { "images.csv": "i", "objects.csv": "head;a1;c2;", "coco.json": "[a1;c2;]" });
  assert.deepEqual(asked.slice(2), [
    { format: "coco", imageId: 1, firstId: 1 },
    { format: "coco", imageId: 2, firstId: 4 },
  ]);
});

/** Two squares of 10 px beside each other. */
const OUTLINES = {
  points: Int32Array.of(0, 0, 10, 0, 10, 10, 0, 10, 20, 0, 30, 0, 30, 10, 20, 10),
  starts: Int32Array.of(0, 4, 8),
  ids: Int32Array.of(1, 2),
  holes: new Uint8Array(2),
};

test("a line names the objects it goes through, the longest way first", () => {
  const index = buildIndex(OUTLINES);
  assert.deepEqual(objectsAlong(OUTLINES, index, Float64Array.of(7, 5, 40, 5)), [2, 1]);
  assert.deepEqual(objectsAlong(OUTLINES, index, Float64Array.of(12, 5, 18, 5)), []);
  assert.deepEqual(objectsAlong(OUTLINES, index, Float64Array.of(5, -5, 5, 5, 5, 20)), [1]);
});

test("objects are coloured alike, apart or by a measurement", () => {
  const { measurements } = objects(4);
  assert.deepEqual(colourObjects(measurements, ALIKE), { colours: null, scale: null });
  assert.equal(colourObjects(measurements, BY_NUMBER).colours?.length, 12);
  const { scale } = colourObjects(measurements, "area_px");
  assert.deepEqual(scale, { title: "Area", unit: "px²", low: "10", high: "40", missing: false });
  const partly = { ...measurements, values: Float64Array.of(NaN, 1, 2, 3) };
  assert.equal(colourObjects(partly, "area_px").scale?.missing, true);
});

const LARGE = { width: 10_000, height: 8_000 };
const PICTURE = { width: 4_000, height: 3_200 };

test("a part is fetched where the picture of the whole is coarser than screen and image", () => {
  const box = { left: 1000, top: 2000, right: 2000, bottom: 2600 };
  assert.equal(partToFetch({ box, scale: 0.4 }, LARGE, PICTURE, null), null, "the screen is as coarse");
  assert.equal(partToFetch({ box, scale: 9 }, LARGE, LARGE, null), null, "the picture has all there is");
  assert.deepEqual(partToFetch({ box, scale: 1 }, LARGE, PICTURE, null), {
    left: 500,
    top: 1700,
    right: 2500,
    bottom: 2900,
  });
});

test("on a wide screen a part is as sharp as a drawing can be, and fetched once", () => {
  const view = { box: { left: 0, top: 0, right: 3000, bottom: 2000 }, scale: 1 };
  const huge = { width: 20_000, height: 20_000 };
  const picture = { width: 4096, height: 4096 };
  const box = partToFetch(view, huge, picture, null);
  assert.ok(box && box.right - box.left <= 4096);
  const part = { width: 3548, height: 3048, box: { left: 0, top: 0, right: 3548, bottom: 3048 } };
  assert.equal(partToFetch(view, huge, picture, part), null);
});

test("a part is never so small that the next step needs another", () => {
  const box = { left: 5000, top: 4000, right: 5010, bottom: 4020 };
  assert.deepEqual(partToFetch({ box, scale: 64 }, LARGE, PICTURE, null), {
    left: 4493,
    top: 3498,
    right: 5517,
    bottom: 4522,
  });
});

test("a part ends with the image, and nothing is fetched beside it", () => {
  const corner = { left: -300, top: -200, right: 700, bottom: 400 };
  assert.deepEqual(partToFetch({ box: corner, scale: 2 }, LARGE, PICTURE, null), {
    left: 0,
    top: 0,
    right: 1050,
    bottom: 712,
  });
  const beside = { left: 11_000, top: 0, right: 12_000, bottom: 900 };
  assert.equal(partToFetch({ box: beside, scale: 2 }, LARGE, PICTURE, null), null);
});

test("a part that is there serves as long as it holds what is in sight, sharply enough", () => {
  const part = { width: 2000, height: 1200, box: { left: 500, top: 1700, right: 2500, bottom: 2900 } };
  const near = { left: 600, top: 1800, right: 1600, bottom: 2400 };
  const far = { left: 400, top: 1800, right: 1400, bottom: 2400 };
  assert.equal(partToFetch({ box: near, scale: 1 }, LARGE, PICTURE, part), null);
  assert.equal(partToFetch({ box: near, scale: 5 }, LARGE, PICTURE, part), null, "no more than its pixels");
  assert.notEqual(partToFetch({ box: far, scale: 1 }, LARGE, PICTURE, part), null);
  assert.notEqual(partToFetch({ box: near, scale: 1 }, LARGE, PICTURE, { ...part, width: 900 }), null);
});

/** @param {number[][]} rings x, y, x, y ... @param {number[]} ids */
function outlinesOf(rings, ids) {
  const starts = [0];
  for (const ring of rings) starts.push((starts.at(-1) ?? 0) + ring.length / 2);
  const parts = { points: Int32Array.from(rings.flat()), starts: Int32Array.from(starts) };
  return { ...parts, ids: Int32Array.from(ids), holes: new Uint8Array(rings.length) };
}

test("an object is divided across its longest axis", () => {
  const wide = [100, 50, 100, 54, 120, 54, 120, 50];
  const other = [0, 0, 0, 8, 2, 8, 2, 0];
  const outlines = outlinesOf([other, wide], [1, 2]);
  const [x0, y0, x1, y1] = lineAcross(outlines, 2);
  assert.ok(Math.abs((x0 ?? 0) - 110) < 1e-9 && Math.abs((x1 ?? 0) - 110) < 1e-9);
  assert.ok((y0 ?? 0) < 50 && (y1 ?? 0) > 54);
  const [, a, , b] = lineAcross(outlines, 1);
  assert.ok(Math.abs((a ?? 0) - 4) < 1e-9 && Math.abs((b ?? 0) - 4) < 1e-9);
  assert.equal(lineAcross(outlines, 3).length, 0);
});

test("a slanted object is divided across its own axis, and a hole counts as none of it", () => {
  const slanted = [0, 0, -2, 2, 8, 12, 10, 10];
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = lineAcross(outlinesOf([slanted], [1]), 1);
  assert.ok(Math.abs(x0 - x1 + (y0 - y1)) < 1e-9, "it runs down to the left");
  assert.ok(Math.abs((x0 + x1) / 2 - 4) < 1e-9 && Math.abs((y0 + y1) / 2 - 6) < 1e-9);

  const square = [0, 0, 0, 10, 30, 10, 30, 0];
  const hole = [1, 1, 11, 1, 11, 9, 1, 9];
  const [middle = 0] = lineAcross(outlinesOf([square, hole], [1, 1]), 1);
  assert.ok(Math.abs(middle - (300 * 15 - 80 * 6) / 220) < 1e-9);
});
