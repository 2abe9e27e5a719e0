/** What the parts of the API for other people's pages share; what a host sees is in ../../insitu.d.ts. */

/** One file of the site as the build made it. */
export interface SiteFile {
  /** below the site's address */
  path: string;
  size: number;
  sha256: string;
}

export interface SitePack {
  task: string;
  files: SiteFile[];
}

/** What the build writes into insitu.js, and (`start` and `later` alone) into the engine. */
export interface SiteList {
  /** the engine's code; the first to be fetched */
  engine: SiteFile;
  /** what an engine loads before it can analyse */
  start: SiteFile[];
  /** what it loads when a file of a kind appears that needs it */
  later: SiteFile[];
  defaultPack: string;
  packs: Record<string, SitePack>;
}

declare global {
  /** Written by the build (embed.py). */
  const INSITU_SITE: SiteList;
}
