/**
 * Resolves, once the next files have been chosen and their scan has been read, with the milliseconds between, the
 * milliseconds since the page was opened, what the page itself tells, and when it first showed an answer, and which.
 * Called with the file input.
 */
(input) => {
  let since = 0;
  input.addEventListener("change", () => (since = performance.now()), { capture: true, once: true });
  let first = null;
  globalThis.insituScan = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const scan = document.querySelector('[data-testid="scan"]');
      const state = scan?.dataset.state;
      if (since && !first && document.querySelector('[data-testid="first-look"]'))
        first = { ms: performance.now() - since, box: JSON.parse(scan.dataset.box) };
      if (since === 0 || !["done", "failed", "cancelled"].includes(state)) return;
      observer.disconnect();
      const sinceOpened = performance.now();
      const { timings = "{}", box = "null" } = scan.dataset;
      const told = { timings: JSON.parse(timings), box: JSON.parse(box) };
      resolve({ state, ms: sinceOpened - since, sinceOpened, first, ...told });
    });
    observer.observe(document, { attributes: true, childList: true, subtree: true });
  });
};
