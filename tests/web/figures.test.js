import assert from "node:assert/strict";
import test from "node:test";

import { readAddress } from "../../web/js/lib/address.js";
import * as format from "../../web/js/lib/format.js";
import { addMoment, ratePerSecond, secondsLeft } from "../../web/js/lib/pace.js";

test("figures read as people write them", () => {
  assert.equal(format.formatCount(12345), "12,345");
  assert.equal(format.formatNumber(1, "image"), "1 image");
  assert.equal(format.formatNumber(0, "image"), "0 images");
  assert.equal(format.formatPercent(0.98765), "98.8 %");
  assert.equal(format.formatBytes(999), "999 B");
  assert.equal(format.formatBytes(14_400), "14 kB");
  assert.equal(format.formatBytes(999_600), "1.0 MB");
  assert.equal(format.formatBytes(2_430_000_000), "2.4 GB");
  assert.equal(format.formatBytesOf(1_240_000, 2_800_000), "1.2 of 2.8 MB");
  assert.equal(format.formatRate(7.04), "7.0/s");
  assert.equal(format.formatRate(62.4), "62/s");
});

test("durations grow coarser as they grow", () => {
  assert.deepEqual([0.04, 9.94, 9.96, 59.4, 61, 3599.4, 3600, 5430].map(format.formatDuration), [
    "0.0 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 01 s",
    "59 min 59 s",
    "1 h 00 min",
    "1 h 31 min",
  ]);
  assert.equal(format.formatTimeLeft(0.2), "1 s left");
  assert.equal(format.formatTimeLeft(61.2), "1 min 02 s left");
});

test("names of downloads carry the moment", () => {
  assert.equal(format.formatStamp(new Date(2026, 10, 9, 4, 5, 6)), "2026-11-09-040506");
});

test("the rate is that of the last seconds", () => {
  /** @type {{ at: number, settled: number }[]} */
  let pace = [{ at: 0, settled: 0 }];
  for (let second = 1; second <= 20; second += 1) {
    pace = addMoment(pace, 1000 * second, second <= 10 ? second : 10 + 5 * (second - 10));
  }
  assert.equal(ratePerSecond(pace), 5);
  assert.equal(secondsLeft(pace, 10), 2);
  assert.ok(pace.length <= 10);
});

test("moments close together are joined, and too few give no rate", () => {
  /** @type {{ at: number, settled: number }[]} */
  let pace = [{ at: 0, settled: 0 }];
  for (let index = 1; index <= 100; index += 1) pace = addMoment(pace, index, index);
  assert.ok(pace.length < 5, String(pace.length));
  assert.equal(ratePerSecond([{ at: 0, settled: 0 }]), null);
  assert.equal(secondsLeft([], 3), null);
});

test("the address chooses pack and engines, and nonsense chooses nothing", () => {
  assert.deepEqual(readAddress("?pack=blood-cells&engines=2"), { pack: "blood-cells", engines: 2 });
  for (const wrong of ["0", "-1", "1.5", "many", ""]) {
    assert.equal(readAddress(`?engines=${wrong}`).engines, null);
  }
  assert.deepEqual(readAddress(""), { pack: null, engines: null });
});
