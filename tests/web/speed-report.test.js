import assert from "node:assert/strict";
import test from "node:test";

import { clockStepMs, describeDevice, reportCsv, reportJson } from "../../web/js/speed/report.js";
import { sayBest, sayBestOfEach, sayKept, sayNow, sayStop } from "../../web/js/speed/words.js";
import { measured, PACK, trialOf } from "./speed-helpers.js";

/** @type {any} */
const machine = {
  WebAssembly,
  navigator: { hardwareConcurrency: 8, deviceMemory: 4, userAgent: "Test/1" },
  crossOriginIsolated: false,
};

test("the CSV has one row a size, in milliseconds", () => {
  const lines = reportCsv(trialOf([measured(1, 1, 10), measured(2, 4, 20.123456)])).split("\n");
  assert.deepEqual(lines, [
    "engines,batch,runs,first_run_ms,p50_ms,p95_ms,p50_ms_per_image,p95_ms_per_image,images_per_second,pack,pack_version,insitu_version",
    "1,1,3,90,10,10,10,10,100,cells,1.0.0,0.1.0",
    "2,4,3,181.1111,20.1235,20.1235,2.5154,2.5154,397.546,cells,1.0.0,0.1.0",
    "",
  ]);
});

test("the JSON says what was measured, on what, by which rules, and each run", () => {
  const stop = { engines: 2, batch: 8, code: "engine/out-of-memory", message: "It ran out." };
  const trial = trialOf([measured(1, 1, 10), measured(2, 4, 20)], { stops: [stop] });
  const report = JSON.parse(reportJson(trial, machine));
  assert.deepEqual(report.best, { engines: 2, batch: 4, ms_per_image_p50: 2.5 });
  assert.deepEqual(report.image, { channels: 3, height: 64, width: 96 });
  assert.deepEqual(report.pack, { id: "cells", version: "1.0.0", model_sha256: PACK.model.sha256 });
  assert.deepEqual(report.sizes[1].run_ms, [20, 20, 20]);
  assert.deepEqual(report.sizes[1].warm_up_ms, [180]);
  assert.deepEqual(report.stops, [stop]);
  assert.equal(report.started, "2026-11-21T12:00:00.000Z");
  assert.match(report.machine, /SIMD yes · threads no · 8 cores · 4 GB memory or more · Test\/1/);
  assert.equal(report.rules.run_limit_ms, 10_000);
});

test("the lines to copy name machine, versions, pack and clock", () => {
  const text = describeDevice(PACK, /** @type {any} */ ({ onnxruntime: "1.30.0" }), 0.1, machine);
  assert.match(text, /8 cores/);
  assert.match(text, /onnxruntime 1\.30\.0/);
  assert.match(text, /cells 1\.0\.0, model abababababab/);
  assert.match(text, /steps of 0\.1 ms/);
});

test("the step of the clock is the least that is seen", () => {
  const times = [0, 0, 0.4, 0.4, 0.5, 0.5, 300];
  const clock = { now: () => times.shift() ?? 301 };
  assert.equal(clockStepMs(clock), 0.1);
});

test("the best batch is named in words, with its gain over single images", () => {
  const slow = trialOf([measured(1, 1, 10), measured(1, 2, 19.9)]);
  assert.equal(sayBest(slow), "Best: 1 image at a time with 1 engine, 10.00 ms per image.");
  const fast = trialOf([measured(2, 1, 10), measured(2, 2, 16)]);
  assert.equal(
    sayBest(fast),
    "Best: 2 images at a time with 2 engines, 4.000 ms per image, 25 % above the speed of one at a time.",
  );
  const faster = trialOf([measured(2, 1, 10), measured(2, 8, 16)]);
  assert.match(sayBest(faster), /5\.0 times the speed of one at a time/);
  assert.equal(sayBest(trialOf([])), "Nothing was measured.");
});

test("with several numbers of engines the best of each is named", () => {
  assert.deepEqual(sayBestOfEach([measured(1, 1, 10)]), []);
  assert.deepEqual(sayBestOfEach([measured(1, 1, 10), measured(2, 2, 20)]), [
    "1 engine: 1 image at a time, 10.00 ms per image",
    "2 engines: 2 images at a time, 5.000 ms per image",
  ]);
});

test("progress, limits and what is kept are sentences", () => {
  const now = { engines: 2, batch: 64, done: 3, runs: 30, fraction: 0.5, secondsLeft: 12.2 };
  assert.deepEqual(sayNow({ ...now, part: "measure" }), [
    "2 engines",
    "batch of 64",
    "run 4 of 30",
    "about 13 s left",
  ]);
  assert.equal(sayNow({ ...now, part: "warm-up" })[2], "warming up");
  assert.equal(sayNow({ ...now, part: "warm-up", secondsLeft: null }).length, 3, "nothing is known yet");
  assert.deepEqual(sayNow({ ...now, part: "start" }), ["Starting 2 engines"]);
  assert.match(sayStop("limit/time", 512, { ms: 12_300 }), /batch of 512 would take about 12 s/);
  assert.match(sayStop("limit/time", 512, { ms: 12_300, tried: true }), /batch of 512 took 12 s/);
  assert.match(sayStop("limit/memory", 1024), /from 1,024 on/);
  assert.match(sayStop("engine/out-of-memory", 32), /memory ran out at a batch of 32/);
  assert.match(sayStop("engine/crashed", 32), /stopped at a batch of 32/);
  assert.equal(sayStop("engine/boot", 1, { message: "It does not start." }), "It does not start.");
  const kept = {
    pack: "cells",
    sha256: "",
    batch: 4,
    engines: 2,
    imageMs: 1,
    at: "2026-11-21T12:00:00.000Z",
  };
  assert.match(sayKept(kept), /4 images at a time \(2 engines, 2026-11-21\)/);
});
