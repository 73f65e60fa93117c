// @ts-check
// A link to a comment (`?comment=`) opens the panel in which it stands: Wagtail marks the comment alone.
(function () {
  "use strict";
  if (!new URLSearchParams(location.search).get("comment")) return;
  addEventListener("load", function () {
    /** @type {HTMLElement | null} */
    var toggle = document.querySelector('[data-side-panel-toggle="comments"][aria-expanded="false"]');
    if (toggle) toggle.click();
  });
})();
