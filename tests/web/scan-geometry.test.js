/** Where boxes and slices lie in the planes, and back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cursorFor, moveEdges, takeHold } from "../../web/js/scan/box-drag.js";
import { edgesOf, fromCopy, Planes, sizeOfBox, toCopy, wholeVoxels } from "../../web/js/scan/geometry.js";
import { series } from "./scan-helpers.js";

const TURNS = [false, true].flatMap((swap) =>
  [false, true].flatMap((mirror_x) => [false, true].map((mirror_y) => ({ swap, mirror_x, mirror_y }))),
);

test("a box comes back from its copy, however the patient lay", () => {
  const box = { x0: 40, y0: 80, x1: 200, y1: 100 };
  for (const turn of TURNS) {
    const found = series({ turn, reduction: { side: 128, block: 4, left: 3, top: 9 } });
    const there = toCopy(box, found);
    assert.ok(there.x0 < there.x1 && there.y0 < there.y1);
    assert.deepEqual(fromCopy(there, found), box);
  }
});

test("a prone patient is turned: what lies at the left of the slice lies at the right of its copy", () => {
  const found = series({ turn: { swap: false, mirror_x: true, mirror_y: true } });
  assert.deepEqual(toCopy({ x0: 0, y0: 0, x1: 4, y1: 8 }, found), { x0: 127, y0: 126, x1: 128, y1: 128 });
});

test("edges of slices lie half-way between neighbours", () => {
  const positions = Float64Array.of(0, 2, 8);
  assert.deepEqual([...edgesOf(series({ positions, step: 2 }))], [-1, 1, 5, 9]);
});

test("a box that is dragged in a plane changes there and nowhere else", () => {
  for (const turn of TURNS) {
    const found = series({ turn });
    const planes = new Planes(found);
    const box = { x0: 100, y0: 200, z0: 2, x1: 300, y1: 360, z1: 7 };
    for (const plane of /** @type {const} */ (["axial", "coronal", "sagittal"])) {
      const rect = planes.rectOf(box, plane);
      assert.deepEqual(planes.withRect(box, plane, rect), box, `${plane} ${JSON.stringify(turn)}`);
    }
    const coronal = planes.rectOf(box, "coronal");
    const higher = planes.withRect(box, "coronal", { ...coronal, y0: coronal.y0 - 1 }); // one unit: 2 mm, one slice
    assert.deepEqual(higher, { ...box, z1: 8 });
  }
});

test("the head is up in the coronal plane and units are as wide as high", () => {
  const planes = new Planes(series());
  assert.deepEqual(planes.size("coronal"), { width: 128, height: 10 });
  assert.equal(planes.sliceAt(0.1), 9);
  assert.equal(planes.sliceAt(9.9), 0);
  assert.equal(planes.downOf(0), 9.5);
});

test("pixels that are higher than wide make a plane higher", () => {
  const planes = new Planes(series({ spacing: { x: 0.5, y: 1, z: 2, unit: "mm", origin: "DICOM" } }));
  assert.deepEqual(planes.size("axial"), { width: 128, height: 256 });
});

test("rows in a gap show no slice, others the nearest", () => {
  const positions = Float64Array.of(0, 2, 4, 12, 14);
  const rows = new Planes(series({ positions, members: Int32Array.of(0, 1, 2, 3, 4) })).rows();
  assert.deepEqual([...rows], [4, 3, -1, -1, -1, 2, 1, 0]);
  const some = new Planes(series({ positions, members: Int32Array.of(0, 1, 2, 3, 4) }), { isWhole: false });
  assert.deepEqual([...some.rows()], [4, 3, 3, 2, 2, 2, 1, 0]);
});

test("a box of whole voxels stays within the series and is never empty", () => {
  const found = series();
  assert.deepEqual(wholeVoxels({ x0: -5, y0: 20.4, z0: 9.9, x1: 700, y1: 20.4, z1: 30 }, found), {
    x0: 0,
    y0: 20,
    z0: 9,
    x1: 512,
    y1: 21,
    z1: 10,
  });
  assert.deepEqual(wholeVoxels({ x0: 30, y0: 0, z0: 0, x1: 10, y1: 5, z1: 5 }, found).x0, 10);
});

test("a box says its size where millimetres are known", () => {
  const box = { x0: 100, y0: 200, z0: 2, x1: 300, y1: 360, z1: 7 };
  assert.equal(sizeOfBox(box, series()), "100 × 80 × 10 mm");
  assert.equal(sizeOfBox(box, series({ spacing: null })), null);
});

test("a press goes to the same place in all planes", () => {
  const planes = new Planes(series());
  const cursor = planes.middleOf({ x0: 0, y0: 0, z0: 0, x1: 8, y1: 8, z1: 2 });
  assert.deepEqual(cursor, { x: 1, y: 1, slice: 1 });
  const moved = planes.moveCursor(cursor, "coronal", { x: 40.5, y: 2.5 });
  assert.deepEqual(moved, { x: 40, y: 1, slice: 7 });
  assert.deepEqual(planes.linesIn(moved, "coronal"), { x: 40.5, y: planes.downOf(7) });
  assert.deepEqual(planes.moveCursor(cursor, "sagittal", { x: 500, y: -3 }), { x: 1, y: 127, slice: 9 });
});

test("a pointer takes hold of the edges that are near, and of the nearer one", () => {
  const box = { x0: 10, y0: 10, x1: 30, y1: 50 };
  assert.equal(takeHold(box, { x: 20, y: 30 }, 3), null);
  assert.equal(takeHold(box, { x: 5, y: 30 }, 3), null);
  assert.deepEqual(takeHold(box, { x: 11, y: 30 }, 3), {
    left: true,
    right: false,
    top: false,
    bottom: false,
  });
  assert.deepEqual(takeHold(box, { x: 29, y: 52 }, 3), {
    left: false,
    right: true,
    top: false,
    bottom: true,
  });
  assert.equal(cursorFor(takeHold(box, { x: 29, y: 52 }, 3)), "nwse-resize");
  assert.equal(cursorFor(null), "crosshair");
});

test("an edge that is dragged past its opposite changes places with it", () => {
  const hold = { left: true, right: false, top: false, bottom: false };
  assert.deepEqual(moveEdges({ x0: 10, y0: 10, x1: 30, y1: 50 }, hold, { x: 40, y: 0 }), {
    x0: 30,
    y0: 10,
    x1: 40,
    y1: 50,
  });
});
