/** Which objects are where: index and hit test. */
import assert from "node:assert/strict";
import test from "node:test";

import { holds, objectAt, objectNear, reachOf } from "../../web/js/viewer/hit-test.js";
import { objectBeside } from "../../web/js/viewer/keys.js";
import { boxOf, buildIndex, objectsIn } from "../../web/js/viewer/spatial-index.js";

/** @param {{ id: number, ring: number[], hole?: boolean }[]} rings */
function outlinesOf(rings) {
  const starts = [0];
  for (const { ring } of rings) starts.push((starts.at(-1) ?? 0) + ring.length / 2);
  return {
    points: Int32Array.from(rings.flatMap(({ ring }) => ring)),
    starts: Int32Array.from(starts),
    ids: Int32Array.from(rings, ({ id }) => id),
    holes: Uint8Array.from(rings, ({ hole }) => Number(hole ?? false)),
  };
}

/** @param {number} left @param {number} top @param {number} right @param {number} bottom */
const rectangle = (left, top, right, bottom) => [left, top, right, top, right, bottom, left, bottom];

/** 1 is a square with a hole, 2 lies in the hole, 3 is an L, 4 is nothing, 5 has two parts. */
const OUTLINES = outlinesOf([
  { id: 1, ring: rectangle(0, 0, 10, 10) },
  { id: 1, ring: rectangle(2, 2, 8, 8).reverse(), hole: true },
  { id: 2, ring: rectangle(4, 4, 6, 6) },
  { id: 3, ring: [20, 0, 30, 0, 30, 2, 22, 2, 22, 10, 20, 10] },
  { id: 5, ring: rectangle(40, 0, 42, 2) },
  { id: 5, ring: rectangle(40, 8, 42, 10) },
]);
const INDEX = buildIndex(OUTLINES);

/** Numbers from 0 to 1, always the same. @param {number} seed */
function* numbers(seed) {
  let state = seed;
  for (;;) {
    state = (state * 1664525 + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("the index knows the box and the rings of each object", () => {
  assert.equal(INDEX.count, 5);
  assert.deepEqual([...INDEX.present], [1, 2, 3, 5]);
  assert.deepEqual(boxOf(INDEX, 5), { left: 40, top: 0, right: 42, bottom: 10 });
  assert.equal(boxOf(INDEX, 4), null);
  assert.equal(boxOf(INDEX, 0), null);
  assert.equal(boxOf(INDEX, 6), null);
  assert.deepEqual([INDEX.rings[1], INDEX.rings[2]], [0, 2]);
});

test("a point is in the object that holds it, and a hole is not", () => {
  assert.equal(objectAt(OUTLINES, INDEX, 1, 1), 1);
  assert.equal(objectAt(OUTLINES, INDEX, 3, 3), null);
  assert.equal(objectAt(OUTLINES, INDEX, 5, 5), 2);
  assert.equal(objectAt(OUTLINES, INDEX, 21, 9), 3);
  assert.equal(objectAt(OUTLINES, INDEX, 25, 5), null, "in the box of the L, beside its arms");
  assert.equal(objectAt(OUTLINES, INDEX, 41, 9), 5);
  assert.equal(objectAt(OUTLINES, INDEX, 41, 5), null);
  assert.equal(objectAt(OUTLINES, INDEX, -1, -1), null);
});

test("each pixel of a random label image is in its own object", () => {
  const random = numbers(3);
  const side = 24;
  const next = () => random.next().value ?? 0;
  const labels = Array.from({ length: side * side }, () => (next() < 0.7 ? 0 : 1 + Math.floor(next() * 40)));
  const rings = labels
    .map((id, at) => ({ id, at }))
    .filter(({ id }) => id > 0)
    .sort((a, b) => a.id - b.id)
    .map(({ id, at }) => ({
      id,
      ring: rectangle(at % side, Math.floor(at / side), (at % side) + 1, Math.floor(at / side) + 1),
    }));
  const outlines = outlinesOf(rings);
  const index = buildIndex(outlines);
  labels.forEach((id, at) => {
    assert.equal(objectAt(outlines, index, (at % side) + 0.5, Math.floor(at / side) + 0.5), id || null);
  });
});

test("a query finds each object that touches the box, and each once", () => {
  const random = numbers(1);
  const next = (/** @type {number} */ most) => Math.floor((random.next().value ?? 0) * most);
  const boxes = Array.from({ length: 400 }, () => {
    const [left, top] = [next(1000), next(600)];
    return { left, top, right: left + 1 + next(80), bottom: top + 1 + next(next(9) ? 20 : 500) };
  });
  const index = buildIndex(
    outlinesOf(
      boxes.map(({ left, top, right, bottom }, i) => ({
        id: i + 1,
        ring: rectangle(left, top, right, bottom),
      })),
    ),
  );
  for (let i = 0; i < 200; i++) {
    const [left, top] = [next(1200) - 100, next(800) - 100];
    const box = { left, top, right: left + next(300), bottom: top + next(300) };
    const expected = boxes.flatMap((one, at) =>
      one.left <= box.right && one.right >= box.left && one.top <= box.bottom && one.bottom >= box.top
        ? [at + 1]
        : [],
    );
    assert.deepEqual(
      [...objectsIn(index, box)].sort((a, b) => a - b),
      expected,
    );
  }
});

test("objects as large as the image do not fill the grid", () => {
  const rings = Array.from({ length: 1000 }, (_, i) => ({
    id: i + 1,
    ring: rectangle(0, 0, 5000 + i, 5000),
  }));
  const index = buildIndex(outlinesOf(rings));
  assert.ok(index.items.length <= 9 * 1000, `${index.items.length} entries`);
  assert.equal(objectsIn(index, { left: 1, top: 1, right: 2, bottom: 2 }).length, 1000);
});

test("without objects there is nothing to find", () => {
  const index = buildIndex(outlinesOf([]));
  assert.equal(index.count, 0);
  assert.equal(objectsIn(index, { left: 0, top: 0, right: 99, bottom: 99 }).length, 0);
  assert.equal(objectAt(outlinesOf([]), index, 1, 1), null);
});

test("beside a small object it is still found, beside a large one it is not", () => {
  assert.equal(objectNear(OUTLINES, INDEX, 44, 5, 6), 5);
  assert.equal(objectNear(OUTLINES, INDEX, 44, 5, 2), null);
  assert.equal(objectNear(OUTLINES, INDEX, -1, 5, 2), null, "the square is larger than the reach");
  assert.equal(objectNear(OUTLINES, INDEX, 3.5, 5, 2), 2, "in the hole, next to the small one");
});

test("a finger reaches further than a mouse, and both less when zoomed in", () => {
  assert.ok(reachOf("touch", 1) > reachOf("mouse", 1));
  assert.equal(reachOf("mouse", 2), reachOf("mouse", 1) / 2);
});

test("an edge belongs to one of two neighbours only", () => {
  const outlines = outlinesOf([
    { id: 1, ring: rectangle(0, 0, 5, 5) },
    { id: 2, ring: rectangle(5, 0, 9, 5) },
  ]);
  const index = buildIndex(outlines);
  assert.deepEqual(
    [1, 2].filter((id) => holds(outlines, index, id, 5, 2)),
    [2],
  );
});

test("stepping goes through the objects and round the ends", () => {
  const { present } = INDEX;
  assert.equal(objectBeside(present, null, 1), 1);
  assert.equal(objectBeside(present, null, -1), 5);
  assert.equal(objectBeside(present, 3, 1), 5);
  assert.equal(objectBeside(present, 5, 1), 1);
  assert.equal(objectBeside(present, 1, -1), 5);
  assert.equal(objectBeside(present, 5, -1), 3);
  assert.equal(objectBeside(present, 4, 1), 5, "from one that is gone");
  assert.equal(objectBeside(present, 4, -1), 3);
  assert.equal(objectBeside(new Uint32Array(0), 1, 1), null);
});
