import assert from "node:assert/strict";
import test from "node:test";

import {
  boxInSight,
  clampTransform,
  fitTransform,
  imagePoint,
  keepMiddle,
  panBy,
  reveal,
  viewerPoint,
  zoomAbout,
  zoomLimits,
} from "../../web/js/viewer/transform.js";

const SPACE = { width: 416, height: 216 };
const WIDE = { width: 1600, height: 400 };

test("an image is fitted with a margin of 8 pixels, in the middle", () => {
  assert.deepEqual(fitTransform(WIDE, SPACE), { zoom: 0.25, left: 8, top: 58 });
  assert.deepEqual(fitTransform({ width: 100, height: 100 }, SPACE), { zoom: 2, left: 108, top: 8 });
});

test("zooming keeps the point under the pointer in its place", () => {
  const start = { zoom: 1, left: -500, top: -90 };
  const at = { x: 130, y: 70 };
  const before = imagePoint(start, at);
  const after = zoomAbout(start, 2.5, at, WIDE, SPACE);
  assert.equal(after.zoom, 2.5);
  assert.deepEqual(imagePoint(after, at), before);
});

test("the zoom ends at the whole image, or at 1 for a small one, and at 64", () => {
  assert.deepEqual(zoomLimits(WIDE, SPACE), [0.25, 64]);
  assert.deepEqual(zoomLimits({ width: 4, height: 4 }, SPACE), [1, 64]);
  const at = { x: 0, y: 0 };
  assert.equal(zoomAbout(fitTransform(WIDE, SPACE), 1e-9, at, WIDE, SPACE).zoom, 0.25);
  assert.equal(zoomAbout(fitTransform(WIDE, SPACE), 1e9, at, WIDE, SPACE).zoom, 64);
});

test("zoomed out as far as possible, the image is in the middle again", () => {
  const aside = panBy(fitTransform(WIDE, SPACE), 150, 40, WIDE, SPACE);
  assert.deepEqual([aside.left, aside.top], [158, 98]);
  assert.deepEqual(zoomAbout(aside, 0.1, { x: 3, y: 3 }, WIDE, SPACE), fitTransform(WIDE, SPACE));
});

test("an edge comes in no further than to the middle", () => {
  for (const zoom of [0.25, 1, 64]) {
    const far = panBy({ zoom, left: 0, top: 0 }, 1e6, 1e6, WIDE, SPACE);
    assert.deepEqual(far, { zoom, left: 208, top: 108 });
    const back = panBy({ zoom, left: 0, top: 0 }, -1e6, -1e6, WIDE, SPACE);
    assert.deepEqual(back, { zoom, left: 208 - 1600 * zoom, top: 108 - 400 * zoom });
  }
});

test("a zoom beyond its limits is brought back", () => {
  assert.equal(clampTransform({ zoom: 0.01, left: 0, top: 0 }, WIDE, SPACE).zoom, 0.25);
  assert.equal(clampTransform({ zoom: 100, left: 0, top: 0 }, WIDE, SPACE).zoom, 64);
});

test("a viewer of another size shows the same point in its middle", () => {
  const before = { zoom: 1, left: -600, top: -100 };
  const larger = { width: 616, height: 216 };
  const middle = (/** @type {import("../../web/js/viewer/types.js").Size} */ { width, height }) => ({
    x: width / 2,
    y: height / 2,
  });
  const after = keepMiddle(before, SPACE, larger, WIDE);
  assert.deepEqual(imagePoint(after, middle(larger)), imagePoint(before, middle(SPACE)));
});

test("an object out of sight comes into the middle, one in sight moves nothing", () => {
  const start = { zoom: 1, left: 0, top: -90 };
  const far = { left: 900, top: 190, right: 920, bottom: 210 };
  const after = reveal(start, far, WIDE, SPACE);
  assert.deepEqual(viewerPoint(after, { x: 910, y: 200 }), { x: 208, y: 110 });
  const near = { left: 200, top: 190, right: 220, bottom: 210 };
  assert.equal(reveal(start, near, WIDE, SPACE), start);
});

test("the box in sight is what the corners of the viewer show", () => {
  const box = boxInSight({ zoom: 2, left: -100, top: 16 }, SPACE);
  assert.deepEqual(box, { left: 50, top: -8, right: 258, bottom: 100 });
});
