/** What is kept of the speed test where there is no IndexedDB; e2e tests the rest in a browser. */
import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_BATCH, keepBatch, readBestBatch, readKeptBatch } from "../../web/js/store/batches.js";
import { PACK } from "./speed-helpers.js";

const KEPT = { pack: "cells", sha256: PACK.model.sha256, batch: 8, engines: 2, imageMs: 1, at: "2026-11-21" };

test("where nothing was measured, or nothing can be read, there is a default", async () => {
  assert.equal(await readKeptBatch(PACK), null);
  assert.equal(await readBestBatch(PACK), DEFAULT_BATCH);
});

test("a store that is not there is said, not thrown", async () => {
  assert.equal((await keepBatch(KEPT))?.code, "store/unavailable");
});
