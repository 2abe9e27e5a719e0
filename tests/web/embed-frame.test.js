import assert from "node:assert/strict";
import { test } from "node:test";
import { Frame } from "../../web/js/embed/frame-protocol.js";

const HOST = "https://host.example";

/** A frame on an API that the test settles itself. @param {{ parentOrigin?: string | null }} [options] */
function start({ parentOrigin = null } = {}) {
  const sent = /** @type {[any, string][]} */ ([]);
  const window = {
    postMessage: (/** @type {unknown} */ message, /** @type {string} */ origin) =>
      void sent.push([message, origin]),
  };
  const opened = /** @type {string[]} */ ([]);
  const api = {
    ready: Promise.resolve(),
    pack: null,
    analyse: async (/** @type {Blob} */ file, /** @type {{ signal?: AbortSignal }} */ { signal } = {}) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (signal?.aborted) throw Object.assign(new Error("Cancelled."), { code: "job/cancelled" });
      return /** @type {any} */ ({ label: `${file.size} bytes` });
    },
  };
  const frame = new Frame({
    parentOrigin,
    open: () => {
      opened.push("open");
      return api;
    },
  });
  const say = (/** @type {unknown} */ data, origin = HOST) => frame.receive({ origin, data }, window);
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));
  return { sent, opened, say, later };
}

const analyse = (/** @type {number} */ id) => ({ insitu: 1, kind: "analyse", id, file: new Blob(["abc"]) });

test("it loads when it is spoken to, and answers to the very origin", async () => {
  const { sent, opened, say, later } = start();
  assert.deepEqual(opened, []);
  say({ insitu: 1, kind: "hello" });
  say(analyse(7));
  await later();
  assert.deepEqual(opened, ["open"]);
  assert.deepEqual(sent, [
    [{ insitu: 1, kind: "ready", pack: null }, HOST],
    [{ insitu: 1, kind: "result", id: 7, result: { label: "3 bytes" } }, HOST],
  ]);
});

test("only the origin that the address names is heard", async () => {
  const { sent, opened, say, later } = start({ parentOrigin: HOST });
  say({ insitu: 1, kind: "hello" }, "https://other.example");
  await later();
  assert.deepEqual([sent, opened], [[], []]);
  say({ insitu: 1, kind: "hello" });
  assert.deepEqual(opened, ["open"]);
});

test("a page without an origin of its own is not heard", () => {
  const { opened, say } = start();
  say({ insitu: 1, kind: "hello" }, "null");
  assert.deepEqual(opened, []);
});

for (const [what, data] of /** @type {[string, unknown][]} */ ([
  ["of another protocol", { kind: "hello" }],
  ["of another version", { insitu: 2, kind: "hello" }],
  ["of an unknown kind", { insitu: 1, kind: "eval" }],
  ["without an id", { insitu: 1, kind: "analyse", file: new Blob([]) }],
  ["without a file", { insitu: 1, kind: "analyse", id: 1, file: "text" }],
  ["that is nothing", null],
  ["that is text", "hello"],
])) {
  test(`a message ${what} is passed over`, () => {
    const { opened, say } = start();
    say(data);
    assert.deepEqual(opened, []);
  });
}

test("an analysis can be cancelled", async () => {
  const { sent, say, later } = start();
  say(analyse(1));
  say({ insitu: 1, kind: "cancel", id: 1 });
  await later();
  assert.deepEqual(sent.at(-1), [
    { insitu: 1, kind: "error", id: 1, code: "job/cancelled", message: "Cancelled." },
    HOST,
  ]);
});
