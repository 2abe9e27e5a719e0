/** Files of the site where there is no storage, as in some private windows; e2e tests the rest in a browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";

const BYTES = new Uint8Array(1000).map((_, index) => index);
const FILE = { path: "a.wasm", size: BYTES.length, sha256: createHash("sha256").update(BYTES).digest("hex") };
const BASE = "https://insitu.example/site/";

/** @type {(() => Response | Promise<Response>)[]} */
let answers = [];
const asked = /** @type {{ url: string, options: RequestInit }[]} */ ([]);
globalThis.fetch = async (url, options = {}) => {
  asked.push({ url: String(url), options });
  const answer = answers.length > 1 ? answers.shift() : answers[0];
  if (!answer) throw new Error("no answer prepared");
  return answer();
};
const { SiteFiles } = await import("../../web/js/embed/site-files.js");
afterEach(() => void asked.splice(0));

const whole = () => new Response(BYTES);
const code = (/** @type {string} */ expected) => (/** @type {any} */ error) => error.code === expected;

test("without storage a file comes from the network, checked, and that is said", async () => {
  answers = [whole];
  const notes = /** @type {string[]} */ ([]);
  const fetched = /** @type {number[]} */ ([]);
  const files = new SiteFiles(BASE, [FILE], {
    onStore: ({ code }) => notes.push(code),
    onFetched: (_, bytes) => fetched.push(bytes),
  });
  const response = await files.get("a.wasm");
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), BYTES);
  assert.deepEqual(notes, ["store/unavailable"]);
  assert.equal(fetched.at(-1), 1000);
  assert.deepEqual(await files.missing(["a.wasm"]), [FILE]);
});

test("the address carries the hash, and the request neither cookies nor the page's address", async () => {
  answers = [whole];
  await new SiteFiles(BASE, [FILE]).get("a.wasm");
  const [{ url = "", options = {} } = {}] = asked;
  assert.equal(url, `${BASE}a.wasm?${FILE.sha256.slice(0, 16)}`);
  assert.deepEqual([options.credentials, options.referrerPolicy], ["omit", "no-referrer"]);
});

for (const [what, first] of /** @type {[string, () => Response | Promise<Response>][]} */ ([
  ["cut", () => new Response(BYTES.slice(0, 10))],
  ["another one", () => new Response("another file")],
  ["missing", () => new Response("", { status: 404 })],
  ["refused", () => Promise.reject(new TypeError("Failed to fetch"))],
])) {
  test(`a file that is ${what} is asked for once more, past every cache`, async () => {
    answers = [first, whole];
    await new SiteFiles(BASE, [FILE]).get("a.wasm");
    assert.deepEqual(
      asked.map(({ options }) => options.cache),
      ["default", "reload"],
    );
  });

  test(`a file that stays ${what} is an engine that does not start`, async () => {
    answers = [first];
    await assert.rejects(new SiteFiles(BASE, [FILE]).get("a.wasm"), code("engine/boot"));
    assert.equal(asked.length, 2);
  });
}

test("what is asked for ahead is fetched once", async () => {
  answers = [whole];
  const files = new SiteFiles(BASE, [FILE]);
  files.ahead(["a.wasm"]);
  await files.get("a.wasm");
  assert.equal(asked.length, 1);
});

test("an aborted loading is cancelled, not failed", async () => {
  answers = [() => Promise.reject(new DOMException("", "AbortError"))];
  const files = new SiteFiles(BASE, [FILE], { signal: AbortSignal.abort() });
  await assert.rejects(files.get("a.wasm"), code("job/cancelled"));
});

test("addresses that are no files of the site have no path", () => {
  const files = new SiteFiles(BASE, [FILE]);
  assert.deepEqual(
    [`${BASE}a.wasm`, `${BASE}b.wasm`, "https://other.example/a.wasm"].map((url) => files.pathOf(url)),
    ["a.wasm", null, null],
  );
});
