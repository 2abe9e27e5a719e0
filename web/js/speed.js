/** Builds the speed test page: makes the objects, joins them, and starts them. */
import { NetworkCounter, watchNetwork } from "./engine/network-log.js";
import { defaultSize, memoryOf, MOST } from "./engine/pool-size.js";
import { readAddress } from "./lib/address.js";
import { sayWhatIsMissing } from "./lib/capabilities.js";
import { downloadBlob } from "./lib/download.js";
import { formatStamp } from "./lib/format.js";
import { startOffline } from "./offline.js";
import { PackShelf } from "./packs.js";
import { clockStepMs, describeDevice, reportCsv, reportJson } from "./speed/report.js";
import { SpeedTest } from "./speed/speed-test.js";
import { addNote, createBox, firstTime, initialState } from "./state.js";
import { fetchModel } from "./store/packs.js";
import "./speed/view.js";

const box = createBox(initialState());
const address = readAddress(location.search);
const missing = sayWhatIsMissing();
const view = /** @type {import("./speed/view.js").SpeedPage} */ (document.querySelector("insitu-speed"));

const network = new NetworkCounter();
const onNetwork = (/** @type {string[]} */ urls) => network.add(urls);
const test = new SpeedTest({
  memoryGib: memoryOf(navigator),
  onChange: (state) => (view.speed = state),
  onNetwork,
});
const offline = missing
  ? null
  : startOffline({
      base: new URL("./", document.baseURI),
      isBusy: () => test.isRunning,
      onChange: (state) => box.update((before) => ({ ...before, offline: state })),
      onNetwork,
    });
const shelf = new PackShelf(box, test, fetchModel);

const clockStep = clockStepMs(performance);

/** @param {string} text */
function say(text) {
  box.update((state) => addNote(state, "update", text));
}

/** @param {string} text @param {string} type @param {string} ending */
function download(text, type, ending) {
  const stamp = formatStamp(test.state.trial?.startedAt ?? new Date());
  downloadBlob(new Blob([text], { type }), `insitu-speed-${stamp}.${ending}`);
}

const size = defaultSize(navigator);
const most = Math.max(1, Math.min(navigator.hardwareConcurrency ?? 2, MOST));
const asked = address.engines !== null && address.engines <= most ? [address.engines] : null;
view.mostEngines = most;
view.choice = { engines: asked ?? [...new Set([1, size])], largest: 256, runs: 30 };
/** @type {import("./speed/view.js").Asks} */
const asks = {
  choosePack: (id) => void shelf.open(id),
  start: (choice) => void test.start(choice),
  cancel: () => test.cancel(),
  downloadCsv: () => test.state.trial && download(reportCsv(test.state.trial), "text/csv", "csv"),
  downloadJson: () => test.state.trial && download(reportJson(test.state.trial), "application/json", "json"),
  describe: () => describeDevice(box.state.pack, test.state.trial?.info ?? null, clockStep),
};
view.asks = asks;
view.actions = /** @type {import("./types.js").Actions} */ ({
  restart: () => void shelf.retry(),
  takeUpdate: () => void offline?.takeUpdate().then((refusal) => refusal && say(refusal)),
  update: (change) => box.update(change),
});
box.subscribe(() => (view.state = box.state));
view.state = box.state;
document.documentElement.dataset["started"] = "";

if (missing || !offline) {
  box.update((state) => ({ ...state, blocked: { code: "browser/unsupported", message: missing ?? "" } }));
} else {
  watchNetwork(onNetwork);
  void shelf.start(address.pack);
  // Engines come from the device once it has everything, and are measured when nothing else is under way.
  void Promise.all([firstTime(box, (state) => state.packOpen), offline.settled, offline.quiet]).then(() => {
    view.ready = true;
    network.markReady();
    network.subscribe((requests) => box.update((state) => ({ ...state, requests })));
  });
}
