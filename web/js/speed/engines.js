/**
 * Engines that are measured: started together, with the same pack open, and ended together. A pool would give
 * the work to whichever engine is idle and try again on another one; here each engine has to do its part.
 *
 * @import { Engine } from "../engine/client.js"
 * @import { EngineInfo, OpenedPack } from "../engine/protocol.js"
 * @import { SpawnOptions } from "../engine/pool-types.js"
 * @import { Pack } from "../types.js"
 */
import { startEngine } from "../engine/client.js";

const BASE = new URL("../../", import.meta.url).href;

/** @typedef {(options: SpawnOptions) => Engine} Spawn */

export class EngineGroup {
  #engines;

  /** @param {Engine[]} engines @param {EngineInfo} info @param {OpenedPack} opened */
  constructor(engines, info, opened) {
    this.#engines = engines;
    this.info = info;
    this.opened = opened;
  }

  /**
   * @param {number} count
   * @param {{ pack: Pack, model: Blob }} given
   * @param {object} options
   * @param {(urls: string[]) => void} options.onNetwork
   * @param {AbortSignal} options.signal ends the engines at once
   * @param {Spawn} [options.spawn]
   * @returns {Promise<EngineGroup>} rejects with engine/*, pack/* or job/cancelled; then no engine is left
   */
  static async start(count, given, { onNetwork, signal, spawn = startEngine }) {
    const ignore = () => {};
    const make = () => spawn({ onBootProgress: ignore, onNetwork, onReader: ignore });
    const engines = Array.from({ length: count }, make);
    const end = () => engines.forEach((engine) => engine.dispose());
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    try {
      const [info] = await Promise.all(engines.map((engine) => engine.call("boot", { base: BASE })));
      const [opened] = await Promise.all(engines.map((engine) => engine.call("openPack", given)));
      return new EngineGroup(engines, /** @type {EngineInfo} */ (info), /** @type {OpenedPack} */ (opened));
    } catch (error) {
      end();
      throw error;
    }
  }

  /**
   * Run the network on all engines at the same time.
   *
   * @param {number[]} dims
   * @param {number} runs on each
   * @returns {Promise<number[][]>} milliseconds of each run, one list an engine
   */
  async timeRuns(dims, runs) {
    const answers = await Promise.all(this.#engines.map((engine) => engine.call("timeRuns", { dims, runs })));
    return answers.map(({ ms }) => [...ms]);
  }

  dispose() {
    for (const engine of this.#engines) engine.dispose();
  }
}
