import assert from "node:assert/strict";
import test from "node:test";

import { bestOf, bestOfSeries, figuresOf, seriesOf } from "../../web/js/speed/statistics.js";
import { measured } from "./speed-helpers.js";

test("percentiles are those of numpy, over the runs that count only", () => {
  const ms = [30, 10, 20, 40, 50];
  const figures = figuresOf({ engines: 1, batch: 10, warmUp: [900], ms });
  // numpy.percentile([10, 20, 30, 40, 50], [50, 95]) is [30, 48]
  assert.deepEqual(figures, { first: 900, p50: 30, p95: 48, imageP50: 3, imageP95: 4.8 });
});

test("engines that work side by side share the time of an image", () => {
  const figures = figuresOf({ engines: 2, batch: 4, warmUp: [70, 90, 200], ms: [40, 40] });
  assert.equal(figures.imageP50, 5);
  assert.equal(figures.first, 90, "the longer first run of the two, no later one");
});

test("the best batch takes the least time per image", () => {
  const series = [measured(1, 1, 10), measured(1, 2, 18), measured(1, 4, 30), measured(1, 8, 72)];
  assert.equal(bestOfSeries(series)?.batch, 4);
  assert.equal(bestOfSeries([]), null);
});

test("within 3 % the smaller batch is the best", () => {
  assert.equal(bestOfSeries([measured(1, 1, 103), measured(1, 2, 200)])?.batch, 1);
  assert.equal(bestOfSeries([measured(1, 1, 103.1), measured(1, 2, 200)])?.batch, 2);
});

test("over all numbers of engines the best of each compete, and fewer engines win within 3 %", () => {
  const one = [measured(1, 1, 10), measured(1, 2, 16)];
  assert.deepEqual(
    seriesOf([...one, measured(2, 1, 12)]).map((series) => series.length),
    [2, 1],
  );
  assert.equal(bestOf([...one, measured(2, 1, 12)])?.engines, 2, "6 ms per image against 8");
  assert.equal(bestOf([...one, measured(2, 1, 15.6)])?.engines, 1, "7.8 ms is no gain over 8");
  assert.equal(bestOf([]), null);
});
