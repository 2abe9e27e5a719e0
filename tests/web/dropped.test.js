import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { collectChosen, collectDropped, takeDropped } from "../../web/js/lib/dropped.js";
import { fileEntry, folderEntry } from "./page-helpers.js";

const archives = JSON.parse(readFileSync(new URL("../data/archives.json", import.meta.url), "utf8"));
/** An archive with a.zip/good.png and a file with a comment. */
const archive = Buffer.from(
  archives.find((/** @type {any} */ { about }) => about === "a comment follows the directory").data,
  "base64",
);

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

/** A file that counts how often a part of it is asked for. @param {string} name @param {BlobPart} content */
function watched(name, content) {
  const file = new File([content], name);
  const slice = file.slice.bind(file);
  let asked = 0;
  file.slice = (start, end) => {
    asked += 1;
    return slice(start, end);
  };
  return { file, asked: () => asked };
}

test("an archive becomes the files in it, in its place among dropped files", async () => {
  const files = [new File(["x"], "z.png"), new File([archive], "a.zip"), new File(["x"], "b.png")];
  const found = await collectDropped(files.map((file) => ({ entry: null, file })));
  assert.deepEqual(names(found), ["z.png", "a.zip/good.png", "b.png"]);
  assert.deepEqual(names(await collectChosen(files)), names(found));
});

test("an archive in a folder is sorted with the files beside it", async () => {
  const zipped = (/** @type {string} */ name) => ({
    ...fileEntry(name),
    file: (/** @type {any} */ done) => done(new File([archive], name)),
  });
  const folder = folderEntry("f", [
    zipped("a.zip"),
    fileEntry("a.zip.png"),
    zipped("scans"),
    fileEntry("c.zip"),
  ]);
  const found = await collectDropped([dropped(folder)]);
  assert.deepEqual(names(found), ["f/a.zip.png", "f/a.zip/good.png", "f/c.zip", "f/scans/good.png"]);
});

test("files that are called images are not asked what they are; of others the first 4 bytes are read", async () => {
  const image = watched("a.jpg", archive);
  const other = watched("notes", "text");
  const found = await collectChosen([image.file, other.file]);
  assert.deepEqual([names(found), image.asked(), other.asked()], [["a.jpg", "notes"], 0, 1]);
});

test("chosen files are taken at once, for the picker may be emptied afterwards", async () => {
  const list = [new File(["x"], "a"), new File(["x"], "b.png")];
  const collecting = collectChosen(list);
  list.length = 0;
  assert.deepEqual(names(await collecting), ["a", "b.png"]);
});

test("a file too large for memory is refused before it is read", async () => {
  const file = new File(["x"], "huge.tif");
  Object.defineProperty(file, "size", { value: 1_200_000_000 });
  const { sources } = await collectChosen([file]);
  await assert.rejects(
    sources[0]?.read() ?? Promise.resolve(),
    (/** @type {any} */ { code, message }) =>
      code === "image/too-large" && message.startsWith("This file has 1200 MB; the limit is 1000 MB."),
  );
});
