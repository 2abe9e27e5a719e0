/**
 * Resolves, once the next files have been chosen and all of them have settled, with the
 * milliseconds between. Called with [file input, progress bar, number of files].
 */
([input, progress, count]) => {
  let since = 0;
  input.addEventListener("change", () => (since = performance.now()), { capture: true, once: true });
  globalThis.insituSettled = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const { done, total } = progress.dataset;
      if (total !== String(count) || done !== total) return;
      observer.disconnect();
      resolve(performance.now() - since);
    });
    observer.observe(progress, { attributes: true });
  });
};
