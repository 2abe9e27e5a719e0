/*
 * Watches over the page until its modules run: shows a sentence where the browser cannot read them, and where
 * one did not arrive loads the page again, once, before it says so. Written for old browsers: no modules, no syntax after
 * ECMAScript 5.
 */
(function () {
  "use strict";
  var AGAIN = "insitu-loaded-again";
  /** A page that fails again within this time says so instead. */
  var SOON_MS = 60000;

  function hasStarted() {
    return document.documentElement.hasAttribute("data-started");
  }

  function show(/** @type {string} */ id) {
    var sentence = document.getElementById(id);
    if (sentence && !hasStarted()) sentence.hidden = false;
  }

  function showWhenRead(/** @type {string} */ id) {
    if (document.readyState !== "loading") show(id);
    else document.addEventListener("DOMContentLoaded", show.bind(null, id));
  }

  /** Whether the page was loaded again a moment ago; from now on it was. True where that cannot be kept. */
  function wasLoadedAgain() {
    try {
      var before = Number(sessionStorage.getItem(AGAIN));
      sessionStorage.setItem(AGAIN, String(Date.now()));
      return Date.now() - before < SOON_MS;
    } catch (_) {
      return true;
    }
  }

  function recover() {
    if (wasLoadedAgain()) showWhenRead("not-loaded");
    else location.reload();
  }

  if (!("noModule" in document.createElement("script"))) showWhenRead("too-old");
  window.addEventListener(
    "error",
    function (event) {
      if (event instanceof ErrorEvent && event.error instanceof SyntaxError) showWhenRead("too-old");
      // A module that did not arrive is told of at the script that wants it.
      if (event.target instanceof HTMLScriptElement && !hasStarted()) recover();
    },
    true,
  );
})();
