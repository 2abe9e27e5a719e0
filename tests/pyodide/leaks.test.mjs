/** Invariant 4: nothing that crosses the boundary outlives its item. */
import assert from "node:assert/strict";
import test from "node:test";
import { data, startEnginePython } from "./site.mjs";

const PACK = JSON.parse(new TextDecoder().decode(data("shapes/pack.json")));

/** Answers as the engine's host does: a pause at each checkpoint, a network with fixed logits. */
class FakeHost {
  cancelAt = "";
  failing = false;
  #stage = "";

  async run(/** @type {{ feeds: { name: string, data: Float32Array, dims: number[] }[] }} */ { feeds }) {
    if (this.failing) throw new Error("no network");
    assert.equal(
      feeds[0].data.length,
      feeds[0].dims.reduce((a, b) => a * b),
    );
    const answer = (/** @type {string} */ name) => ({
      name,
      data: new Float32Array([3, 1, 2]),
      dims: [1, 3],
    });
    return [answer("logits"), answer("features")];
  }

  checkpoint(/** @type {string} */ stage) {
    this.#stage = stage;
    return true;
  }

  async pause() {
    await new Promise((resolve) => setTimeout(resolve));
    return this.#stage === this.cancelAt;
  }
}

test(
  "no proxy is left behind by items that succeed, fail, are cancelled or abandoned",
  { timeout: 120_000 },
  async (t) => {
    const { python, pyodide } = await startEnginePython(t);
    const host = new FakeHost();
    python.call("connect", host);
    python.call("self_test");
    await python.openPack(PACK);
    const module = pyodide._module;
    module.enable_pyproxy_allocation_tracing();

    const analyse = (/** @type {Uint8Array} */ bytes) =>
      python.converse("analyse", host, {
        name: "a.jpg",
        bytes: bytes.slice().buffer,
        thumbnailSide: 32,
        selection: null,
        diameter: null,
      });
    const round = async () => {
      const analysis = /** @type {any} */ (await analyse(data("images/420.jpg")));
      assert.equal(analysis.label, "disc");
      assert.ok(analysis.thumbnail.length > 0);
      assert.deepEqual([analysis.spacing, analysis.selection.channel], [null, null], "None is null");
      const { width, height, label, probabilities } = analysis;
      const drawing = {
        name: "a",
        bytes: data("images/rgb.jpg").buffer,
        probabilities,
        runs: null,
        side: 64,
      };
      await python.converse("overlay", host, { ...drawing, region: null, selection: null, contrast: null });
      const judged = { unlikeness: null, flaw: null, reviewedLabel: null, excluded: false };
      const answer = { width, height, label, probabilities, error: null, plane: null };
      const row = { file: "a", state: "done", ...answer, ...judged };
      const rows = [row, { ...row, state: "failed", probabilities: null, error: "bad" }];
      for (const kind of ["images", "summary"]) python.call("table", { kind, rows, threshold: null });
      await assert.rejects(analyse(data("images/420.jpg").slice(0, 300)), { code: "image/corrupt" });
      await assert.rejects(analyse(new Uint8Array(10)), { code: "image/unsupported" });
      host.cancelAt = "run";
      await assert.rejects(analyse(data("images/420.jpg")), { code: "job/cancelled" });
      host.cancelAt = "";
      host.failing = true;
      await assert.rejects(analyse(data("images/420.jpg")), { message: "no network" });
      host.failing = false;
    };
    await assertNothingLeft(pyodide, round);
  },
);

/** What the tiny network of data/discs answers. */
class DiscHost extends FakeHost {
  /** @param {import("../../web/js/engine/python.js").Python} python */
  constructor(python) {
    super();
    this.python = python;
  }

  packages(/** @type {{ names: string[] }} */ { names }) {
    return this.python.install(names);
  }

  async run(/** @type {{ feeds: { name: string, data: Float32Array, dims: number[] }[] }} */ { feeds }) {
    const [{ data: image, dims }] = feeds;
    const [height, width] = dims.slice(2);
    const size = height * width;
    const map = (
      /** @type {number} */ from,
      /** @type {number} */ to,
      /** @type {number[]} */ [gain, shift],
    ) => image.slice(from * size, to * size).map((value) => (255 * value - shift) / gain);
    return [
      { name: "foreground", data: map(0, 1, [16, 127.5]), dims: [1, 1, height, width] },
      { name: "offsets", data: map(1, 3, [2, 128]), dims: [1, 2, height, width] },
      { name: "features", data: new Float32Array(3), dims: [1, 3] },
    ];
  }
}

/** Says that the middle of each slice is the organ. */
class MiddleHost extends FakeHost {
  /** @param {import("../../web/js/engine/python.js").Python} python */
  constructor(python) {
    super();
    this.python = python;
  }

  packages(/** @type {{ names: string[] }} */ { names }) {
    return this.python.install(names);
  }

  async run(/** @type {{ feeds: { name: string, data: Float32Array, dims: number[] }[] }} */ { feeds }) {
    const [count, , side] = feeds[0].dims;
    const mask = new Float32Array(count * side * side).fill(-9);
    for (let at = 0; at < mask.length; at += 1) {
      const [x, y] = [at % side, Math.floor(at / side) % side];
      if (Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)) < side / 4) mask[at] = 9;
    }
    return [
      { name: "mask", data: mask, dims: [count, 1, side, side] },
      { name: "presence", data: new Float32Array(count).fill(9), dims: [count, 1] },
    ];
  }
}

test("no proxy is left behind by slices of a scan", { timeout: 120_000 }, async (t) => {
  const { python, pyodide } = await startEnginePython(t);
  const host = new MiddleHost(python);
  python.call("connect", host);
  const locate = {
    side_px: 32,
    batch: 2,
    section: { threshold: 0.5, least_share: 0.01 },
    least_volume_ml: 60,
  };
  const outputs = { mask: "mask", presence: "presence" };
  const classes = PACK.classes.slice(0, 1);
  await python.openPack({ ...PACK, task: "locate", locate, outputs, classes });
  pyodide._module.enable_pyproxy_allocation_tracing();

  const file = (/** @type {number} */ number, /** @type {Uint8Array} */ bytes) => ({
    number,
    name: `scan/${number}.png`,
    bytes: bytes.slice().buffer,
  });
  const round = async () => {
    const grey = data("images/grey.png");
    const files = [file(0, grey), file(1, grey), file(2, grey), file(3, new Uint8Array(9))];
    const slices = /** @type {any} */ (await python.converse("read_slices", host, { files, batch: null }));
    assert.deepEqual([slices.count, slices.leftOut], [3, [{ file: 3, error: "image/unsupported" }]]);
    assert.ok(slices.copies instanceof Int16Array && slices.copies.length === 3 * 32 * 32);
    assert.ok(slices.looks.chances instanceof Uint8Array && slices.facts instanceof Uint8Array);
    const request = { facts: [slices.facts, slices.facts], looks: [slices.looks, slices.looks], margin: 0 };
    const { series } = /** @type {any} */ (python.call("locate_in_series", request));
    assert.equal(series.length, 1);
    assert.deepEqual([series[0].members.length, series[0].reason, series[0].patient], [6, null, null]);
    assert.ok(series[0].positions instanceof Float64Array);
    assert.equal(series[0].affine, null);
    const corrected = { x0: 1, y0: 2.4, z0: 0, x1: 20, y1: 30, z1: 2 };
    const made = { ...request, series: 0, leftOut: [{ name: "a.txt", error: "image/unsupported" }] };
    for (const box of [null, corrected]) {
      const files = /** @type {any} */ (python.call("scan_files", { ...made, corrected: box }));
      const { corrected: kept } = JSON.parse(new TextDecoder().decode(files.box));
      assert.equal(kept?.voxel.y0 ?? null, box && 2);
      assert.ok(files.slices instanceof Uint8Array);
    }
    const box = { x0: 1, y0: 2, z0: 0, x1: 11, y1: 6, z1: 2 };
    const { head, isEven } = /** @type {any} */ (
      await python.converse("nifti_head", host, { facts: request.facts, series: 0, box })
    );
    assert.deepEqual([head instanceof Uint8Array, head.length, isEven], [true, 352, true]);
    const { voxels } = /** @type {any} */ (
      await python.converse("crop_planes", host, { ...file(0, grey), planes: new Int32Array([0]), box })
    );
    assert.deepEqual([voxels instanceof Uint8Array, voxels.length], [true, 2 * 10 * 4]);
    const dicom = (/** @type {Uint8Array} */ bytes) =>
      python.converse("crop_dicom", host, { ...file(0, bytes), box, number: 1, keepIdentity: false });
    const cropped = /** @type {any} */ (await dicom(data("dicom/jpeg-2000-lossy-grey.dcm")));
    assert.ok(cropped.file instanceof Uint8Array);
    await assert.rejects(dicom(grey), { code: "image/unsupported" });
    host.cancelAt = "run";
    await assert.rejects(python.converse("read_slices", host, { files: [file(0, grey)], batch: null }), {
      code: "job/cancelled",
    });
    host.cancelAt = "";
  };
  await assertNothingLeft(pyodide, round);
});

test("no proxy is left behind by images with objects", { timeout: 120_000 }, async (t) => {
  const { python, pyodide } = await startEnginePython(t);
  const host = new DiscHost(python);
  python.call("connect", host);
  await python.openPack(JSON.parse(new TextDecoder().decode(data("discs/pack.json"))));
  pyodide._module.enable_pyproxy_allocation_tracing();
  const image = () => ({ name: "two.png", bytes: data("discs/two.png").slice().buffer, selection: null });

  const round = async () => {
    const { objects } = /** @type {any} */ (
      await python.converse("analyse", host, { ...image(), thumbnailSide: 32, diameter: 10 })
    );
    assert.ok(objects.runs.rows instanceof Int32Array);
    assert.ok(objects.measurements.values instanceof Float64Array);
    assert.deepEqual([...objects.measurements.values.slice(0, 2)], [81, 149]);
    const outlines = /** @type {any} */ (python.call("outline", { runs: objects.runs }));
    assert.deepEqual([...outlines.ids], [1, 2]);
    const edit = { kind: "split", id: 1, points: new Float64Array([15.5, 10, 15.5, 40]) };
    const edited = /** @type {any} */ (
      await python.converse("edit_objects", host, { ...image(), objects, edit })
    );
    assert.deepEqual([...edited.origins], [0, 0, 2]);
    const { files } = /** @type {any} */ (
      await python.converse("object_files", host, { ...image(), objects })
    );
    assert.ok(files.every((/** @type {any} */ file) => file.bytes.length > 0));
    const size = { width: 80, height: 60 };
    const row = { file: "a", state: "done", ...size, objects, error: null, plane: null, unlikeness: 0.5 };
    const { columns } = /** @type {any} */ (python.call("batch_table", { rows: [row] }));
    const part = { file: "a", objects, columns, imageId: 1, firstId: 1 };
    for (const format of ["csv", "coco"]) python.call("batch_part", { ...part, format });
    const nowhere = { kind: "remove", ids: [9] };
    await python.converse("edit_objects", host, { ...image(), objects, edit: nowhere });
    const impossible = { kind: "merge", ids: [1] };
    await assert.rejects(python.converse("edit_objects", host, { ...image(), objects, edit: impossible }), {
      code: "edit/impossible",
    });
  };
  await assertNothingLeft(pyodide, round);
});

/** @param {any} pyodide @param {() => Promise<void>} round */
async function assertNothingLeft(pyodide, round) {
  const module = pyodide._module;
  const alive = () => {
    pyodide.runPython("import gc; gc.collect()");
    return { python: module.pyproxy_alloc_map.size, javascript: module.hiwire.num_keys() };
  };
  await round(); // first uses fill caches
  const before = alive();
  for (let n = 0; n < 5; n += 1) await round();
  assert.deepEqual(alive(), before);
}

test("the count sees a proxy that is left behind", { timeout: 120_000 }, async (t) => {
  const { pyodide } = await startEnginePython(t);
  const module = pyodide._module;
  module.enable_pyproxy_allocation_tracing();
  const before = module.pyproxy_alloc_map.size;
  const left = pyodide.toPy({ a: 1 });
  assert.equal(module.pyproxy_alloc_map.size, before + 1);
  left.destroy();
  assert.equal(module.pyproxy_alloc_map.size, before);
});
