import assert from "node:assert/strict";
import test from "node:test";

import { Exports, rowOf } from "../../web/js/exports.js";
import { addItems, settleItem } from "../../web/js/state-items.js";
import { assignClass, toggleExcluded } from "../../web/js/state-review.js";
import { createBox, hasUnsavedResults, initialState, setThreshold } from "../../web/js/state.js";
import { analysis, settle, source } from "./page-helpers.js";

/** @param {string[]} names @param {number} failedId */
function batchOf(names, failedId = -1) {
  let state = addItems(
    { ...initialState(), packId: "p" },
    names.map((name) => source(name)),
    { now: 0 },
  );
  for (const { id } of state.items) {
    const outcome =
      id === failedId
        ? { state: "failed", error: { code: "bug", message: "" } }
        : { state: "done", analysis: analysis() };
    state = settleItem(state, id, /** @type {any} */ (outcome), 1);
  }
  return createBox(state);
}

/** @param {import("node:test").TestContext} context */
function pickerThatSavesTo(context) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  const saved = { chunks, aborted: false };
  const writable = () =>
    new WritableStream({
      write: (chunk) => void chunks.push(chunk),
      abort: () => void (saved.aborted = true),
    });
  Object.assign(globalThis, {
    showSaveFilePicker: async () => ({
      createWritable: async () => writable(),
    }),
  });
  context.after(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
  return saved;
}

/** Names in a ZIP, from its central directory. @param {Uint8Array[]} chunks */
function zipNames(chunks) {
  const zip = Buffer.concat(chunks);
  const found = [];
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4)) {
    found.push(zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return found;
}

const drawing = {
  ask: async () => ({ png: new Uint8Array([137, 80, 78, 71]) }),
  state: { size: 2 },
};

test("a row says what became of an item", () => {
  const state = batchOf(["x", "y"], 1).state;
  const [done, failed] = state.items.map(rowOf);
  assert.deepEqual(
    { ...done, probabilities: done.probabilities?.length },
    {
      file: "x",
      state: "done",
      width: 3,
      height: 2,
      label: "a",
      probabilities: 2,
      error: null,
      plane: null,
      unlikeness: null,
      flaw: null,
      reviewedLabel: null,
      excluded: false,
    },
  );
  assert.deepEqual([failed.state, failed.label, failed.error], ["failed", null, "bug"]);
});

test("a row says what a person made of an item", () => {
  const judged = toggleExcluded(assignClass(batchOf(["x"]).state, 0, "b"), 0);
  const { label, reviewedLabel, excluded } = rowOf(judged.items[0]);
  assert.deepEqual([label, reviewedLabel, excluded], ["a", "b", true]);
});

test("a row names the plane of a file that holds several", () => {
  const item = /** @type {any} */ (batchOf(["x"], 1).state.items[0]);
  const wanted = { frame: 0, z: 4, channel: null, level: 0 };
  const stack = { ...item, extent: { ...item.extent, z: 9 }, plane: wanted };
  assert.deepEqual(rowOf(stack).plane, wanted);
  const chosen = { frame: 2, z: 0, channel: 1, level: 0 };
  assert.deepEqual(rowOf({ ...stack, selection: chosen }).plane, chosen);
});

test("the ZIP has a drawing of each answer under names that never collide", async (context) => {
  const saved = pickerThatSavesTo(context);
  const box = batchOf(["a.jpg", "f/a.jpg", "A.png", "bad.jpg", "../a.jpg"], 3);
  await new Exports(box, /** @type {any} */ (drawing)).downloadZip();
  assert.deepEqual(zipNames(saved.chunks), ["a.png", "f/a.png", "A (2).png", "_/a.png"]);
  assert.equal(box.state.zip, null);
  assert.deepEqual(box.state.notes, []);
});

test("a drawing that fails is counted and the others are saved", async (context) => {
  const saved = pickerThatSavesTo(context);
  const pool = {
    ...drawing,
    ask: async (/** @type {string} */ _method, /** @type {any} */ { name }) =>
      name === "b" ? Promise.reject(new Error()) : drawing.ask(),
  };
  const box = batchOf(["a", "b", "c"]);
  await new Exports(box, /** @type {any} */ (pool)).downloadZip();
  assert.deepEqual(zipNames(saved.chunks), ["a.png", "c.png"]);
  assert.deepEqual(
    box.state.notes.map(({ text }) => text),
    ["The files of 1 image could not be made."],
  );
});

test("as many drawings are under way as there are engines", async (context) => {
  pickerThatSavesTo(context);
  let underWay = 0;
  let most = 0;
  const pool = {
    state: { size: 3 },
    async ask() {
      most = Math.max(most, (underWay += 1));
      await settle();
      underWay -= 1;
      return drawing.ask();
    },
  };
  await new Exports(batchOf(["a", "b", "c", "d", "e", "f", "g"]), /** @type {any} */ (pool)).downloadZip();
  assert.equal(most, 3);
});

test("stopping ends the ZIP and says nothing", async (context) => {
  const saved = pickerThatSavesTo(context);
  const box = batchOf(["a", "b", "c", "d"]);
  const pool = {
    state: { size: 1 },
    async ask() {
      await settle();
      if (box.state.zip?.done === 1) exports.cancelZip();
      return drawing.ask();
    },
  };
  const exports = new Exports(box, /** @type {any} */ (pool));
  await exports.downloadZip();
  assert.equal(saved.aborted, true);
  assert.deepEqual([box.state.zip, box.state.notes], [null, []]);
});

test("a dialog that is closed again starts nothing", async (context) => {
  const closed = new DOMException("closed", "AbortError");
  Object.assign(globalThis, {
    showSaveFilePicker: () => Promise.reject(closed),
  });
  context.after(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
  const box = batchOf(["a"]);
  const pool = { ...drawing, ask: () => assert.fail("nothing is drawn") };
  await new Exports(box, /** @type {any} */ (pool)).downloadZip();
  assert.deepEqual([box.state.zip, box.state.notes], [null, []]);
});

test("a CSV makes results saved, those that came meanwhile stay unsaved", async (context) => {
  /** @type {any[]} */
  const links = [];
  const document = {
    createElement: () => (links.push({ click() {} }), links.at(-1)),
  };
  Object.assign(globalThis, { document });
  context.after(() => Reflect.deleteProperty(globalThis, "document"));
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const box = batchOf(["a", "b"]);
  /** @type {any} */
  let asked;
  const pool = {
    async ask(/** @type {string} */ method, /** @type {any} */ { rows }, /** @type {any} */ { pack }) {
      asked = { method, files: rows.map((/** @type {any} */ row) => row.file), pack };
      return { csv: new TextEncoder().encode("file\r\n") };
    },
  };
  const exports = new Exports(box, /** @type {any} */ (pool));
  const saving = exports.downloadCsv();
  box.update((state) => addItems(state, [source("c")], { now: 2 }));
  box.update((state) => settleItem(state, 2, { state: "done", analysis: analysis() }, 3));
  await saving;
  assert.deepEqual(asked, { method: "table", files: ["a", "b"], pack: "p" });
  assert.match(links[0].download, /^insitu-p-\d{4}-\d\d-\d\d-\d{6}\.csv$/);
  assert.equal(hasUnsavedResults(box.state), true);
  await exports.downloadSummary();
  assert.match(links.at(-1).download, /^insitu-p-\d{4}-\d\d-\d\d-\d{6}-summary\.csv$/);
  assert.equal(hasUnsavedResults(box.state), true, "a summary does not hold the results");
  await exports.downloadCsv();
  assert.equal(hasUnsavedResults(box.state), false);
});

test("tables are asked for with the threshold in force", async () => {
  const box = batchOf(["a"]);
  box.update((state) => setThreshold(state, 0.83));
  /** @type {any[]} */
  const asked = [];
  const pool = {
    async ask(/** @type {string} */ _method, /** @type {any} */ { kind, threshold }) {
      asked.push([kind, threshold]);
      throw new Error("enough");
    },
  };
  const exports = new Exports(box, /** @type {any} */ (pool));
  await exports.downloadCsv();
  await exports.downloadSummary();
  assert.deepEqual(asked, [
    ["images", 0.83],
    ["summary", 0.83],
  ]);
});

test("a table that cannot be made is said", async () => {
  const box = batchOf(["a"]);
  const pool = { ask: async () => Promise.reject(new Error("No engine.")) };
  await new Exports(box, /** @type {any} */ (pool)).downloadCsv();
  assert.deepEqual(
    box.state.notes.map(({ text }) => text),
    ["The table could not be made. No engine."],
  );
  assert.equal(hasUnsavedResults(box.state), true);
});
