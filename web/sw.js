/**
 * Puts every file of the site on the device (precache.json says which), answers from there, and
 * adds the tightest security policy that works. One file, so that it runs as a classic service worker, which
 * every browser has. Caches are named by scope: other sites of the same origin are not touched.
 *
 * @typedef {{ path: string, size: number, sha256: string }} Precached
 * @typedef {{ version: string, files: Precached[] }} Manifest
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** The build writes the version of precache.json here, so that browsers see a new service worker. */
const VERSION = "development";

const SCOPE = worker.registration.scope;
const CACHE_PREFIX = `insitu ${SCOPE} `;
const CACHE = CACHE_PREFIX + VERSION;
const MANIFEST = `${SCOPE}precache.json`;
const DOWNLOADS_AT_ONCE = 4;

/** Files whose bytes have been checked since a page was last opened. @type {Set<string>} */
const checked = new Set();
/** @type {Promise<Map<string, Precached>> | null} */
let known = null;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && isOurs(request.url)) event.respondWith(answer(request));
});
worker.addEventListener("message", (event) => {
  const { kind } = /** @type {{ kind: string }} */ (event.data);
  if (kind === "take") event.waitUntil(take().then((reply) => event.ports[0]?.postMessage(reply)));
  if (kind === "claim") event.waitUntil(worker.clients.claim());
});

/** Networks live in IndexedDB, and what tells of a new version must come from the network. */
function isOurs(/** @type {string} */ url) {
  return url.startsWith(SCOPE) && !/\.onnx$|\/precache\.json$|\/sw\.js$/.test(new URL(url).pathname);
}

// --- installing -----------------------------------------------------------------------------

async function install() {
  if (worker.registration.active) await untilNobodyWorks();
  try {
    const manifest = await fetchManifest();
    const cache = await caches.open(CACHE);
    await putAll(cache, manifest.files);
    await cache.put(MANIFEST, new Response(JSON.stringify(manifest)));
  } catch (error) {
    const full = isFull(error);
    if (full) await caches.delete(CACHE);
    await tell({ kind: "precache-failed", full });
    throw error;
  }
}

/**
 * Put all files into the cache, a few at a time. One that fails does not keep the others from being
 * there for the next attempt.
 * @param {Cache} cache
 * @param {Precached[]} files
 */
async function putAll(cache, files) {
  const older = await olderFiles();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (/** @type {number} */ bytes) => {
    done += bytes;
    void tell({ kind: "precache", done, total });
  };
  const left = [...files];
  /** @type {unknown[]} */
  const failures = [];
  const line = async () => {
    for (let file = left.shift(); file && !failures.some(isFull); file = left.shift())
      await put(cache, file, older, onBytes).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: DOWNLOADS_AT_ONCE }, line));
  if (failures.length > 0) throw failures.find(isFull) ?? failures[0];
}

function isFull(/** @type {unknown} */ error) {
  return error instanceof Error && error.name === "QuotaExceededError";
}

/**
 * Put one file into the cache: from an interrupted installation, an older version, or the network.
 * @param {Cache} cache
 * @param {Precached} file
 * @param {Map<string, { cache: Cache, url: string }>} older by sha256
 * @param {(bytes: number) => void} onBytes
 */
async function put(cache, file, older, onBytes) {
  const url = SCOPE + file.path;
  const earlier = older.get(file.sha256);
  if (await isIntact(await cache.match(url), file)) return onBytes(file.size);
  if (earlier && (await isIntact(await earlier.cache.match(earlier.url), file))) {
    const response = await earlier.cache.match(earlier.url);
    // A copy under another address would carry the old address with it.
    if (response && earlier.url === url) {
      await cache.put(url, response);
      return onBytes(file.size);
    }
  }
  await cache.put(url, await download(file, onBytes));
}

/**
 * Fetch one file and check its bytes; what the browser's own cache has may be of an older version.
 * @param {Precached} file
 * @param {(bytes: number) => void} [onBytes]
 * @returns {Promise<Response>} untouched: a response that is made anew loses its compiled code
 */
async function download({ path, sha256 }, onBytes = () => {}) {
  for (const cache of /** @type {const} */ (["default", "reload"])) {
    const response = await fetch(SCOPE + path, { cache });
    if (!response.ok) continue;
    const { bytes, hash } = await readAll(response.clone(), onBytes);
    if (hash === sha256) return response;
    onBytes(-bytes);
  }
  throw new Error(`${path} is not what precache.json names`);
}

/**
 * @param {Response} response
 * @param {(bytes: number) => void} onBytes
 */
async function readAll(response, onBytes) {
  /** @type {BlobPart[]} */
  const chunks = [];
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    onBytes(part.value.byteLength);
  }
  const bytes = await new Blob(chunks).arrayBuffer();
  return { bytes: bytes.byteLength, hash: await sha256Of(bytes) };
}

/** @returns {Promise<Manifest>} of this very version */
async function fetchManifest() {
  const response = await fetch(MANIFEST, { cache: "no-cache" });
  if (!response.ok) throw new Error(`precache.json: ${response.status}`);
  const manifest = /** @type {Manifest} */ (await response.json());
  if (VERSION !== "development" && manifest.version !== VERSION)
    throw new Error("the site is changing; next time");
  return manifest;
}

async function olderFiles() {
  /** @type {Map<string, { cache: Cache, url: string }>} */
  const files = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(CACHE_PREFIX) || name === CACHE) continue;
    const cache = await caches.open(name);
    const manifest = /** @type {Manifest | undefined} */ (await (await cache.match(MANIFEST))?.json());
    for (const { path, sha256 } of manifest?.files ?? []) files.set(sha256, { cache, url: SCOPE + path });
  }
  return files;
}

/** A new version is not downloaded while a page analyses: nothing reaches the network then. */
async function untilNobodyWorks() {
  while ((await Promise.all((await windows()).map(isBusy))).includes(true))
    await new Promise((resolve) => setTimeout(resolve, 2000));
}

/** @returns {Promise<boolean>} no answer within a second: not busy */
function isBusy(/** @type {WindowClient} */ client) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(Boolean(data));
    setTimeout(() => resolve(false), 1000);
    client.postMessage({ kind: "busy?" }, [channel.port2]);
  });
}

async function activate() {
  for (const name of await caches.keys())
    if (name.startsWith(CACHE_PREFIX) && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

/** Two versions must not meet: the new one is taken only while a single page is open. */
async function take() {
  const others = (await windows()).length - 1;
  if (others <= 0) await worker.skipWaiting();
  return { others: Math.max(0, others) };
}

// --- answering ------------------------------------------------------------------------------

/** @param {Request} request */
async function answer(request) {
  if (request.mode === "navigate") {
    // A new page trusts nothing that was checked for another one, perhaps long ago.
    checked.clear();
    known = null;
  }
  const path = new URL(request.url).pathname.slice(new URL(SCOPE).pathname.length) || "index.html";
  const file = (await knownFiles()).get(path);
  try {
    if (!file) return await viaNetwork(request.url, fetch(request));
    const response = (await fromCache(file)) ?? (await again(file));
    return withPolicy(response, request.destination);
  } catch {
    return unavailable(request.mode === "navigate");
  }
}

/** The manifest of this version, from the device or (after an eviction) from the network. */
async function knownFiles() {
  known ??= loadManifest();
  const files = await known;
  if (files.size === 0) known = null;
  return files;
}

/** @returns {Promise<Map<string, Precached>>} empty if it cannot be had: then the network answers */
async function loadManifest() {
  try {
    const stored = await (await caches.open(CACHE)).match(MANIFEST);
    const manifest = /** @type {Manifest} */ (
      await (stored?.json() ?? viaNetwork(MANIFEST, fetchManifest()))
    );
    return new Map(manifest.files.map((file) => [file.path, file]));
  } catch {
    return new Map();
  }
}

/** @returns {Promise<Response | undefined>} nothing if the file is missing or damaged */
async function fromCache(/** @type {Precached} */ file) {
  try {
    const cache = await caches.open(CACHE);
    const url = SCOPE + file.path;
    if (!checked.has(file.path)) {
      // Read twice, because a response that has been read or made anew loses its compiled code.
      if (!(await isIntact(await cache.match(url), file))) return undefined;
      checked.add(file.path);
    }
    return await cache.match(url);
  } catch {
    return undefined;
  }
}

/** Fetch a file that the device has lost, and keep it where there is room. */
async function again(/** @type {Precached} */ file) {
  const response = await viaNetwork(SCOPE + file.path, download(file));
  try {
    await (await caches.open(CACHE)).put(SCOPE + file.path, response.clone());
  } catch {
    // Without room the page still works from the network.
  }
  return response;
}

/**
 * What reaches the network from here is told to the pages, which count it.
 * @template T
 * @param {string} url
 * @param {Promise<T>} answered
 * @returns {Promise<T>}
 */
function viaNetwork(url, answered) {
  void tell({ kind: "network", urls: [url] });
  return answered;
}

/**
 * Documents and workers get the policy as a header; nothing else is made anew.
 * @param {Response} response
 * @param {RequestDestination} destination
 */
function withPolicy(response, destination) {
  const isWorker = destination === "worker" || destination === "sharedworker";
  if (!isWorker && destination !== "document" && destination !== "iframe") return response;
  const headers = new Headers(response.headers);
  headers.set("Content-Security-Policy", isWorker ? WORKER_POLICY : DOCUMENT_POLICY);
  return new Response(response.body, { status: response.status, headers });
}

const WORKER_POLICY = `default-src 'none'; script-src ${SCOPE} 'wasm-unsafe-eval'; connect-src ${SCOPE}`;
const DOCUMENT_POLICY = [
  WORKER_POLICY,
  `worker-src ${SCOPE} blob:`,
  `style-src ${SCOPE}`,
  `img-src ${SCOPE} blob: data:`,
  `font-src ${SCOPE}`,
  `manifest-src ${SCOPE}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** An honest answer where neither the device nor the network has the file. */
function unavailable(/** @type {boolean} */ isPage) {
  const sentence =
    "This device has lost a part of Insitu, and there is no network to fetch it again. Connect once and reload.";
  const type = isPage ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
  const body = isPage
    ? `<!doctype html><html lang="en"><title>Insitu</title><link rel="icon" href="data:,"><p>${sentence}</p></html>`
    : sentence;
  return new Response(body, { status: 503, headers: { "Content-Type": type } });
}

// --- helpers --------------------------------------------------------------------------------

async function isIntact(/** @type {Response | undefined} */ response, /** @type {Precached} */ file) {
  return response !== undefined && (await sha256Of(await response.arrayBuffer())) === file.sha256;
}

async function sha256Of(/** @type {ArrayBuffer} */ bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Pages of this scope; `matchAll` lists those of the whole origin. */
async function windows() {
  const clients = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return clients.filter(({ url }) => url.startsWith(SCOPE));
}

async function tell(/** @type {object} */ message) {
  for (const client of await windows()) client.postMessage(message);
}
