/** The model store, `packs.js`: `const { blob, note } = await fetchModel(pack, { onProgress, signal })`. */
import type { WireError } from "../engine/protocol.js";

/** What the store reads of a compiled pack (`pack.json`). */
export interface StoredPack {
  id: string;
  version: string;
  model: { file: string; sha256: string; size: number };
}

export interface FetchModelOptions {
  /** Address of the site; the network is at `packs/<id>/<file>` below it. Default: the document's. */
  base?: URL | string;
  /** Bytes so far and in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface FetchedModel {
  blob: Blob;
  from: "device" | "network";
  /** false: this visit works from memory, the next one downloads again */
  persisted: boolean;
  /** store/full or store/unavailable: to be said, not an end */
  note: WireError | null;
}
