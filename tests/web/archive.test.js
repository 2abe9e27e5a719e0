/** Archives on the page against the table that Python's test_archive.py reads too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { crc32 as crc32OfNode, deflateRawSync } from "node:zlib";

import { isArchive, listArchive } from "../../web/js/lib/archive.js";
import { crc32 } from "../../web/js/lib/crc32.js";
import { cleanNames, isImageName } from "../../web/js/lib/names.js";

/** @param {string} name */
const load = (name) => JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8"));
const cases = load("archives.json");
const rules = load("name-rules.json");

/** @param {{ data: string }} given */
const bytesOf = ({ data }) => Buffer.from(data, "base64");

/** @param {string} about */
function find(about) {
  const found = cases.find((/** @type {any} */ given) => given.about === about);
  assert.ok(found, `no case "${about}"`);
  return bytesOf(found);
}

/** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
async function outcomes(name, bytes) {
  const { sources, skipped } = await listArchive(name, new Blob([bytes]));
  const rows = [];
  for (const source of sources) {
    try {
      const data = await source.read();
      assert.equal(data.byteLength, source.size());
      rows.push({ name: source.name });
    } catch (/** @type {any} */ error) {
      assert.equal(error.name, "InsituError", error.stack);
      rows.push({ name: source.name, code: error.code, says: error.message });
    }
  }
  return { rows, skipped };
}

/** Cases on which Node differs from all browsers; tests/e2e/test_page_archives.py runs them in one. */
const OF_BROWSERS = /** @type {Record<string, string>} */ ({
  "bytes after the packed stream: the others go on": "Node's DecompressionStream passes over them",
});

for (const given of cases) {
  const skip = OF_BROWSERS[given.about] ?? false;
  test(`${given.about}: the rows are those of the command line`, { skip }, async () => {
    const { rows, skipped } = await outcomes(given.name, bytesOf(given));
    const codes = (/** @type {any[]} */ all) => all.map(({ name, code }) => [name, code]);
    assert.deepEqual(codes(rows), codes(given.rows));
    rows.forEach((row, index) =>
      assert.ok((row.says ?? "").includes(given.rows[index].says ?? ""), row.says),
    );
    assert.equal(skipped, given.skipped);
  });
}

for (const { given, expected, skipped } of rules.members) {
  test(`members called ${JSON.stringify(given)} have the names of the command line`, () => {
    assert.deepEqual(cleanNames(given), { names: expected, skipped });
  });
}

test("files are known to be called images", () => {
  const { images, others } = rules.images;
  assert.deepEqual([images.filter(isImageName), others.filter(isImageName)], [images, []]);
});

test("members come with the bytes that were packed", async () => {
  const { sources } = await listArchive("a.zip", new Blob([find("ZIP64")]));
  const read = await Promise.all(sources.map((source) => source.read()));
  const plain = "what a file holds, ".repeat(3);
  assert.deepEqual(
    read.map((data) => Buffer.from(data).toString()),
    [plain, plain],
  );
});

test("only the directory is read until a member is", async () => {
  const bytes = new Uint8Array([...find("ZIP64")]);
  /** @type {[number, number][]} */
  const parts = [];
  const blob = new Blob([new Uint8Array(200_000), bytes]);
  const slice = blob.slice.bind(blob);
  blob.slice = (start = 0, end = 0) => {
    parts.push([start, Math.min(end, blob.size) - start]);
    return slice(start, end);
  };
  const { sources } = await listArchive("a.zip", blob);
  const listed = parts.length;
  assert.ok(parts.every(([start]) => start >= blob.size - 22 - 65_535));
  await sources[0]?.read();
  assert.deepEqual(parts.slice(listed), [
    [200_000, 30],
    [200_035, deflateRawSync("what a file holds, ".repeat(3), { level: 9 }).length],
  ]);
});

test("bytes of a member may be given away and read again", async () => {
  const { sources } = await listArchive("a.zip", new Blob([find("an archive in an archive is opened")]));
  for (const source of sources) {
    const first = await source.read();
    const before = Buffer.from(first.slice(0));
    structuredClone(first, { transfer: [first] });
    assert.deepEqual(Buffer.from(await source.read()), before);
  }
});

test("a file that has gone is no archive and is not called damaged", async () => {
  const blob = new Blob([find("ZIP64")]);
  const gone = Object.assign(new Error("gone"), { name: "NotReadableError" });
  blob.slice = () => /** @type {any} */ ({ arrayBuffer: () => Promise.reject(gone) });
  await assert.rejects(isArchive(blob), gone);
  const { sources } = await listArchive("a.zip", blob);
  await assert.rejects(/** @type {any} */ (sources[0]).read(), gone);
});

test("first bytes tell an archive", async () => {
  const starts = ["PK\x03\x04rest", "PK\x05\x06", "PK", "\x89PNG", ""];
  const told = await Promise.all(starts.map((start) => isArchive(new Blob([start]))));
  assert.deepEqual(told, [true, true, false, false, false]);
});

test("an archive with any bytes changed gives rows and no other error", async () => {
  let seed = 7;
  const next = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const bytes = new Uint8Array([...bytesOf(cases[next(cases.length)])]);
    for (let change = 0; change < 1 + next(6); change += 1) bytes[next(bytes.length)] = next(256);
    const { rows } = await outcomes("a.zip", bytes);
    for (const { name } of rows) {
      assert.ok(name.startsWith("a.zip") && !name.split("/").includes(".."), name);
    }
  }
});

test("checksums are those of zlib", { skip: crc32OfNode ? false : "this Node has no crc32" }, () => {
  for (const length of [0, 1, 2, 3, 4, 5, 1000, 4099]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7919) >> 3);
    assert.equal(crc32(bytes), crc32OfNode(bytes));
    const half = length >> 1;
    assert.equal(crc32(bytes.subarray(half), crc32(bytes.subarray(0, half))), crc32(bytes));
  }
});
