/** Packs that come, go and do not open while images wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEALTHY, OTHER_PACK, PACK, settle } from "./fake-engine.js";
import { start, item, code, held } from "./pool-helpers.js";

test("a change of pack leaves queued images their pack; new ones get the new one", async () => {
  const { script, release } = held();
  const { pool, workers } = start(script);
  await pool.usePack(PACK);
  const old = ["a", "b"].map((name) => pool.analyse(item(name)));
  await settle();
  const opened = pool.usePack(OTHER_PACK);
  const young = pool.analyse(item("c"));
  const pump = setInterval(release, 1);
  await Promise.all([...old, opened, young]);
  clearInterval(pump);
  /** @type {string | undefined} */
  let pack;
  const packs = new Map();
  for (const { method, params } of workers[0]?.received ?? []) {
    if (method === "openPack") pack = params.pack.id;
    if (method === "analyse") packs.set(params.name, pack);
  }
  assert.deepEqual(
    [...packs],
    [
      ["a", "cells"],
      ["b", "cells"],
      ["c", "plants"],
    ],
  );
});

test("an image for a pack that is not there yet waits for it, and fails with it", async () => {
  const { pool } = start();
  await pool.usePack(PACK);
  const [waits, fails] = [
    pool.analyse(item("a", { pack: "plants" })),
    pool.analyse(item("b", { pack: "none" })),
  ];
  await pool.analyse(item("c"));
  pool.failPack("none", { code: "pack/missing", message: "Gone." });
  await assert.rejects(fails, code("pack/missing"));
  void pool.usePack(OTHER_PACK);
  await waits;
});

test("a pack that does not open is reported, and so are its images", async () => {
  const invalid = { error: { code: "pack/invalid", message: "No." } };
  const { pool } = start((method, params) => (method === "openPack" ? invalid : HEALTHY(method, params)));
  const image = pool.analyse(item("a"));
  await assert.rejects(pool.usePack(PACK), code("pack/invalid"));
  await assert.rejects(image, code("pack/invalid"));
  assert.equal(pool.state.kind, "loading");
});

test("each new engine opens the pack by itself", async () => {
  const { script, release } = held();
  const { pool, workers } = start(script, { engines: 3 });
  await pool.usePack(PACK);
  assert.equal(workers.length, 1, "one engine until the queue asks for more");
  const images = ["a", "b", "c", "d"].map((name) => pool.analyse(item(name)));
  const pump = setInterval(release, 1);
  await Promise.all(images);
  clearInterval(pump);
  assert.equal(workers.length, 3);
  for (const { received } of workers)
    assert.deepEqual(
      received.slice(0, 2).map(({ method }) => method),
      ["boot", "openPack"],
    );
});
