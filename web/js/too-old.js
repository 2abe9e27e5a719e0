/*
 * Shows a sentence where the modules cannot even be read. Written for old browsers: no modules, no
 * syntax after ECMAScript 5.
 */
(function () {
  "use strict";
  function show() {
    var sentence = document.getElementById("too-old");
    if (sentence && !document.documentElement.hasAttribute("data-started")) sentence.hidden = false;
  }
  if (!("noModule" in document.createElement("script"))) {
    document.addEventListener("DOMContentLoaded", show);
  }
  window.addEventListener("error", function (event) {
    if (event instanceof ErrorEvent && event.error instanceof SyntaxError) show();
  });
})();
