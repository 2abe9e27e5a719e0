/** The vocabulary of the speed test (speed.html). Times are in milliseconds. */
import type { EngineInfo, ErrorCode } from "../engine/protocol.js";
import type { Pack } from "../types.js";

/** What a person asks for. */
export interface Choice {
  /** numbers of engines, ascending, each measured by itself */
  engines: number[];
  /** images that go through the network at once, at most; a power of two */
  largest: number;
  /** of each size on each engine, at most */
  runs: number;
}

/** One size of a batch on a number of engines that work at the same time. */
export interface Measured {
  engines: number;
  batch: number;
  /** of each run before the measurement, one engine after another; in no figure */
  warmUp: number[];
  /** of each run that counts */
  ms: number[];
}

export interface Figures {
  /** the longest first run of an engine */
  first: number;
  /** of a run, that is of a whole batch */
  p50: number;
  p95: number;
  /** the same divided by the images that all engines work on */
  imageP50: number;
  imageP95: number;
}

/** Why a series of sizes ended before the largest. */
export interface Stop {
  engines: number;
  batch: number;
  /** `limit/`: a larger one was not tried or not measured; else what the engine said */
  code: "limit/time" | "limit/memory" | ErrorCode;
  message: string;
  details?: string;
}

/** What is happening. */
export interface Now {
  part: "start" | "warm-up" | "measure";
  engines: number;
  batch: number;
  /** runs so far, and all of this size, while it is measured */
  done: number;
  runs: number;
  /** of the whole test, 0..1 */
  fraction: number;
  /** null before the first run */
  secondsLeft: number | null;
}

/** One test, from its start to its end. Values are replaced, never changed. */
export interface Trial {
  pack: Pack;
  choice: Choice;
  startedAt: Date;
  /** channels, height and width of one image; null before the network is open */
  image: number[] | null;
  info: EngineInfo | null;
  measured: readonly Measured[];
  stops: readonly Stop[];
  /** null when it has ended */
  now: Now | null;
  cancelled: boolean;
}

/** The best size of a pack, as it is kept on the device (store/batches.js). */
export interface KeptBatch {
  /** id of the pack */
  pack: string;
  /** of its network: another one has to be measured anew */
  sha256: string;
  batch: number;
  engines: number;
  /** p50 of an image */
  imageMs: number;
  /** when it was measured, ISO 8601 */
  at: string;
}
