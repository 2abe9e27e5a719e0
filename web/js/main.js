/** Builds the page: makes the objects, joins them, and starts them. */
import { createActions } from "./actions.js";
import { Batch } from "./batch.js";
import { Corrections } from "./corrections.js";
import { NetworkCounter, watchNetwork } from "./engine/network-log.js";
import { Pool } from "./engine/pool.js";
import { Exports } from "./exports.js";
import { readAddress } from "./lib/address.js";
import { sayWhatIsMissing } from "./lib/capabilities.js";
import { readsScans } from "./lib/objects.js";
import { checkForUpdate } from "./lib/update.js";
import { startOffline } from "./offline.js";
import { PackShelf } from "./packs.js";
import { ScanFiles } from "./scan/files.js";
import { Scans } from "./scan/scans.js";
import { workOf } from "./selectors.js";
import { createBox, firstTime, initialState } from "./state.js";
import { readKeptBatch } from "./store/batches.js";
import { fetchModel } from "./store/packs.js";
import { createInputs } from "./views/inputs.js";
import { askBeforeLeaving, mount } from "./views/mount.js";

const box = createBox(initialState());
const address = readAddress(location.search);
const missing = sayWhatIsMissing();

const network = new NetworkCounter();
const onNetwork = (/** @type {string[]} */ urls) => network.add(urls);
const offline = missing
  ? null
  : startOffline({
      base: new URL("./", document.baseURI),
      isBusy: () => workOf(box.state).running,
      onChange: (state) => box.update((before) => ({ ...before, offline: state })),
      onNetwork,
    });
const pool = new Pool({
  ...(address.engines === null ? {} : { engines: address.engines }),
  startWhen: offline?.settled ?? new Promise(() => {}),
  ...(offline ? { analyseWhen: offline.quiet } : {}),
  onChange: (state) => box.update((before) => ({ ...before, pool: state })),
  onNetwork,
});

const batch = new Batch(box, pool);
const scans = new Scans(box, pool, async (pack) => (await readKeptBatch(pack))?.batch ?? null);
const shelf = new PackShelf(box, pool, fetchModel);
const corrections = new Corrections(box, pool);
const exports = new Exports(box, pool);
const scanFiles = new ScanFiles(box, pool);
const inputs = createInputs();
const updates = {
  takeUpdate: async () => (offline ? offline.takeUpdate() : null),
  checkForUpdate: () => checkForUpdate(navigator.serviceWorker, onNetwork),
};
const actions = createActions({
  box,
  batch,
  scans,
  scanFiles,
  shelf,
  corrections,
  exports,
  pool,
  inputs,
  updates,
});

// What was dropped before the page knew what the pack works on stands among the images.
void firstTime(box, (state) => state.pack !== null).then(() => {
  const early = readsScans(box.state.pack) ? batch.takeAll() : [];
  if (early.length) scans.add(early);
});
mount(box, actions, inputs);
askBeforeLeaving(box);
if (missing) {
  box.update((state) => ({ ...state, blocked: { code: "browser/unsupported", message: missing } }));
} else {
  watchNetwork(onNetwork);
  void shelf.start(address.pack);
  void firstTime(box, (state) => state.packOpen).then(() => {
    network.markReady();
    network.subscribe((requests) => box.update((state) => ({ ...state, requests })));
  });
}
