import assert from "node:assert/strict";
import test from "node:test";

import { collectChosen, collectDropped, takeDropped } from "../../web/js/lib/dropped.js";
import { fileEntry, folderEntry } from "./page-helpers.js";

/** @param {any} entry */
const dropped = (entry) => ({ entry, file: entry.isFile ? new File(["x"], entry.name) : null });
/** @param {{ sources: { name: string }[] }} collected */
const names = ({ sources }) => sources.map(({ name }) => name);

/** @param {string} path */
function chosen(path) {
  const file = new File(["x"], path.slice(path.lastIndexOf("/") + 1));
  Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
  return file;
}

test("a folder is walked to its end, more than a hundred entries included", async () => {
  const many = Array.from({ length: 250 }, (_, index) => fileEntry(`${String(index).padStart(3, "0")}.png`));
  const found = await collectDropped([dropped(folderEntry("plate", many))]);
  assert.equal(found.sources.length, 250);
  assert.equal(found.sources[249].name, "plate/249.png");
});

test("contents of a folder sort by the code points of their whole path", async () => {
  const folder = folderEntry("f", [
    fileEntry("\u{1F600}.png"),
    folderEntry("a", [fileEntry("2.png"), fileEntry("10.png")]),
    fileEntry("a-b.png"),
    fileEntry("\uFF5E.png"),
    fileEntry("B.png"),
  ]);
  assert.deepEqual(names(await collectDropped([dropped(folder)])), [
    "f/B.png",
    "f/a-b.png",
    "f/a/10.png",
    "f/a/2.png",
    "f/\uFF5E.png",
    "f/\u{1F600}.png",
  ]);
});

test("single files and folders keep the order of dropping", async () => {
  const found = await collectDropped([
    dropped(fileEntry("z.png")),
    dropped(folderEntry("m", [fileEntry("2.png"), fileEntry("1.png")])),
    dropped(fileEntry("a.png")),
    dropped(fileEntry("z.png")),
  ]);
  assert.deepEqual(names(found), ["z.png", "m/1.png", "m/2.png", "a.png", "z.png"]);
});

test("system files and folders are skipped and counted", async () => {
  const folder = folderEntry("f", [
    fileEntry(".DS_Store"),
    fileEntry("Thumbs.db"),
    folderEntry("__MACOSX", [fileEntry("x.png")]),
    folderEntry(".git", [fileEntry("x.png")]),
    fileEntry("x.png"),
  ]);
  const found = await collectDropped([dropped(folder), dropped(fileEntry(".hidden.png"))]);
  assert.deepEqual([names(found), found.skipped], [["f/x.png"], 5]);
});

test("an empty folder and a folder of empty folders give nothing", async () => {
  const found = await collectDropped([dropped(folderEntry("f", [folderEntry("g", [folderEntry("h", [])])]))]);
  assert.deepEqual(found, { sources: [], skipped: 0, unreadable: 0 });
});

test("a folder that cannot be opened is counted and the others still count", async () => {
  const closed = {
    ...folderEntry("closed", []),
    createReader: () => ({
      readEntries: (/** @type {any} */ _done, /** @type {any} */ fail) => fail(new Error("denied")),
    }),
  };
  const found = await collectDropped([dropped(folderEntry("f", [closed, fileEntry("x.png")]))]);
  assert.deepEqual([names(found), found.unreadable], [["f/x.png"], 1]);
});

test("a file that cannot be opened is listed and fails when it is read", async () => {
  const gone = {
    ...fileEntry("gone.png"),
    file: (/** @type {any} */ _done, /** @type {any} */ fail) => fail(new Error("gone")),
  };
  const { sources } = await collectDropped([dropped(folderEntry("f", [gone]))]);
  await assert.rejects(sources[0].read(), /gone/);
});

test("chosen files are named by their base name, whatever a script calls them", async () => {
  const file = new File(["x"], "../../etc/x.png");
  assert.deepEqual(names(await collectChosen([file, chosen("b.png"), chosen("a.png")])), [
    "x.png",
    "b.png",
    "a.png",
  ]);
});

test("a chosen folder is sorted, named from itself downward, and rid of system files", async () => {
  const files = ["f/b.png", "f/.cache/x.png", "f/a/2.png", "f/Thumbs.db"].map(chosen);
  const found = await collectChosen(files);
  assert.deepEqual([names(found), found.skipped], [["f/a/2.png", "f/b.png"], 2]);
});

test("what a DataTransfer holds is taken at once, with entries where there are any", () => {
  const entry = fileEntry("x.png");
  const file = new File(["x"], "x.png");
  const item = { kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => file };
  const transfer = { items: [{ kind: "string" }, item], files: [] };
  assert.deepEqual(takeDropped(/** @type {any} */ (transfer)), [{ entry, file }]);
  assert.deepEqual(takeDropped(/** @type {any} */ ({ items: [], files: [file] })), [{ entry: null, file }]);
});
