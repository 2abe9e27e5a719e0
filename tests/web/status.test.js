import assert from "node:assert/strict";
import test from "node:test";

import { sayEngineState, sayOffline, sayProgress, sayRequests } from "../../web/js/lib/status.js";
import { addItems, cancelItems, settleItem } from "../../web/js/state-items.js";
import { initialState } from "../../web/js/state.js";
import { analysis, source } from "./page-helpers.js";

const state = initialState();
/** @param {object} pool @param {object} [rest] */
const withPool = (pool, rest = {}) => ({ ...state, ...rest, pool: { ...state.pool, ...pool } });
/** @param {any} given */
const say = (given) => sayEngineState(given).text;

test("starting says what is happening now", () => {
  const offline = { ...state.offline, done: 12e6, total: 31e6 };
  assert.equal(say({ ...state, offline }), "Putting this page on your device, 12.0 of 31.0 MB");
  const ready = { offline: { ...offline, kind: "ready" } };
  assert.equal(say(withPool({ boot: { step: "python", fraction: 0.2 } }, ready)), "Starting Python");
  assert.equal(sayEngineState(withPool({ boot: { step: "runtime", fraction: 0.6 } }, ready)).fraction, 0.6);
  const model = { done: 1.2e6, total: 2.8e6 };
  assert.equal(say(withPool({ engines: 1 }, { ...ready, model })), "Downloading the network, 1.2 of 2.8 MB");
  const whole = { model: { done: 2.8e6, total: 2.8e6 } };
  assert.equal(say(withPool({ engines: 1 }, { ...ready, ...whole })), "Compiling the network");
});

test("working says how far, how fast and how long still", () => {
  let batch = addItems(
    { ...state, packOpen: true },
    Array.from({ length: 500 }, () => source("x")),
    { now: 0 },
  );
  for (let id = 0; id < 100; id += 1) {
    batch = settleItem(batch, id, { state: "done", analysis: analysis() }, 20 * (id + 1));
  }
  assert.deepEqual(sayProgress(batch), ["100 of 500", "50/s", "8 s left"]);
  const paused = { ...batch, pool: { ...batch.pool, kind: "ready", paused: true } };
  assert.equal(say(paused), "Paused");
  assert.equal(say({ ...paused, pool: { ...paused.pool, working: 1 } }), "Pausing");
  assert.deepEqual(sayProgress(paused), ["100 of 500"], "a pause has no rate");
  assert.deepEqual(sayProgress(cancelItems(batch, 3000)), ["500 images", "400 cancelled", "3.0 s"]);
});

test("a stop is a stop", () => {
  assert.equal(say(withPool({ kind: "failed" })), "Stopped");
});

test("requests and offline use are stated as facts", () => {
  assert.equal(sayRequests(state), "Requests are counted once the page is ready");
  assert.equal(sayRequests({ ...state, requests: 0 }), "0 requests since ready");
  assert.equal(sayRequests({ ...state, requests: 1 }), "1 request since ready");
  assert.equal(
    sayOffline({ ...state, offline: { ...state.offline, kind: "ready" } }),
    "Ready for offline use",
  );
  assert.equal(
    sayOffline({ ...state, offline: { ...state.offline, kind: "unavailable" } }),
    "Needs a network to open",
  );
});
