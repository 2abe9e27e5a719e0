import assert from "node:assert/strict";
import test from "node:test";

import { describeMachine, sayWhatIsMissing } from "../../web/js/lib/capabilities.js";
import { describeState } from "../../web/js/lib/details.js";
import { addItems, settleItem } from "../../web/js/state-items.js";
import { initialState } from "../../web/js/state.js";
import { source } from "./page-helpers.js";

class ModuleWorker {
  /** @param {string} _url @param {{ type: string }} options */
  constructor(_url, options) {
    this.type = options.type;
  }
  terminate() {}
}
class OldWorker {
  terminate() {}
}

/** @param {object} change @returns {any} */
const browser = (change = {}) => ({
  WebAssembly,
  Worker: ModuleWorker,
  indexedDB: {},
  navigator: { hardwareConcurrency: 8, deviceMemory: 4, userAgent: "Test/1" },
  crossOriginIsolated: false,
  ...change,
});

test("a browser that has everything lacks nothing", () => {
  assert.equal(sayWhatIsMissing(browser()), null);
});

test("what is missing is named with the browsers that have it", () => {
  const noSimd = browser({ WebAssembly: { validate: () => false } });
  assert.match(
    sayWhatIsMissing(noSimd) ?? "",
    /WebAssembly SIMD \(in Chrome and Edge from 91.*Safari from 16\.4\)/,
  );
  assert.match(sayWhatIsMissing(browser({ WebAssembly: undefined })) ?? "", /WebAssembly SIMD/);
  assert.match(sayWhatIsMissing(browser({ Worker: OldWorker })) ?? "", /module workers .*Firefox from 114/);
  assert.match(sayWhatIsMissing(browser({ indexedDB: undefined })) ?? "", /IndexedDB/);
});

test("it is one sentence, however much is missing", () => {
  const nothing =
    sayWhatIsMissing(browser({ WebAssembly: undefined, Worker: undefined, indexedDB: undefined })) ?? "";
  assert.match(nothing, /SIMD.*module workers.*IndexedDB/);
  assert.equal(nothing.match(/\. |\.$/g)?.length, 1);
});

test("a storage that refuses to be asked counts as missing", () => {
  const refusing = Object.defineProperty(browser(), "indexedDB", {
    get() {
      throw new DOMException("denied", "SecurityError");
    },
  });
  assert.match(sayWhatIsMissing(refusing) ?? "", /IndexedDB/);
});

test("the capability line tells SIMD, threads, cores, memory and browser", () => {
  assert.equal(describeMachine(browser()), "SIMD yes · threads no · 8 cores · 4 GB memory or more · Test/1");
});

test("details for a report have versions and errors, and neither file names nor pixels", () => {
  const error = { code: "bug", message: "Something.", details: "ValueError\nprepare.py:12" };
  let state = addItems(initialState(), [source("secret-patient.png"), source("other.png")], { now: 0 });
  for (const id of [0, 1]) state = settleItem(state, id, /** @type {any} */ ({ state: "failed", error }), 1);
  const info = /** @type {any} */ ({ insitu: "0.1.0", python: "3.14.0" });
  const text = describeState(state, info, browser());
  assert.match(text, /insitu 0\.1\.0, python 3\.14\.0/);
  assert.match(text, /Error \(2 times\): bug\nValueError\nprepare\.py:12/);
  assert.doesNotMatch(text, /secret|other\.png/);
});
