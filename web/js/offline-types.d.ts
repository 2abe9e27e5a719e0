/**
 * The page side of the service worker (`offline.js`) and the counter of requests:
 *
 *   const offline = startOffline({ base: new URL("./", document.baseURI), isBusy, onChange });
 *   const pool = new Pool({ startWhen: offline.settled, analyseWhen: offline.quiet, ... });
 */
export interface OfflineState {
  /**
   * installing: files are being put on the device (`done` of `total` bytes); ready: the site works
   * without a network; unavailable: it works, but only with a network (`message` says why).
   */
  kind: "installing" | "ready" | "unavailable";
  done: number;
  total: number;
  /** a newer version is on the device and waits for the person's agreement */
  updateWaiting: boolean;
  message: string | null;
}

export interface Offline {
  readonly state: OfflineState;
  /** Resolves (never rejects) when engines may start: all files are on the device, or never will be. */
  readonly settled: Promise<"ready" | "unavailable">;
  /**
   * Resolves when the browser's own look for a new version, which follows each visit and cannot be
   * switched off, is over: analysing starts after it, so that no request falls into an analysis.
   */
  readonly quiet: Promise<void>;
  /**
   * Take the waiting version: resolves `null` and the page reloads, or resolves with a sentence why it
   * cannot be taken now (another tab is open).
   */
  takeUpdate(): Promise<string | null>;
}

/**
 * Requests that have reached the network since `markReady()` (engine/network-log.js):
 *
 *   const counter = new NetworkCounter();
 *   watchNetwork((urls) => counter.add(urls)); // the page's own
 *   startOffline({ onNetwork: (urls) => counter.add(urls), ... }); // the service worker's
 *   new Pool({ onNetwork: (urls) => counter.add(urls), ... }); // the engines'
 */
export interface NetworkCounter {
  readonly count: number;
  readonly urls: readonly string[];
  /** From now on requests count; those before are forgotten. */
  markReady(): void;
  add(urls: string[]): void;
  subscribe(onCount: (count: number) => void): () => void;
}
