/**
 * Resolves, once the next files have been chosen and their scan has been read, with the milliseconds between, the
 * milliseconds since the page was opened, and what the page itself tells. Called with the file input.
 */
(input) => {
  let since = 0;
  input.addEventListener("change", () => (since = performance.now()), { capture: true, once: true });
  globalThis.insituScan = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const scan = document.querySelector('[data-testid="scan"]');
      const state = scan?.dataset.state;
      if (since === 0 || !["done", "failed", "cancelled"].includes(state)) return;
      observer.disconnect();
      const sinceOpened = performance.now();
      const { timings = "{}", box = "null" } = scan.dataset;
      const told = { timings: JSON.parse(timings), box: JSON.parse(box) };
      resolve({ state, ms: sinceOpened - since, sinceOpened, ...told });
    });
    observer.observe(document, { attributes: true, childList: true, subtree: true });
  });
};
