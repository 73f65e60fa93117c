// @ts-check
// A field of the editor that has no label takes the heading above it as its name: the text editor, and each line of a
// list. Wagtail gives these none.
(function () {
  "use strict";
  var FIELDS = "[data-draftail-editor-wrapper] [role=textbox], .w-panel__content input[type=text]";

  /** @param {Element} field */
  function isNamed(field) {
    var labels = /** @type {HTMLInputElement} */ (field).labels;
    return field.hasAttribute("aria-label") || field.hasAttribute("aria-labelledby") || (labels && labels.length > 0);
  }

  function nameAll() {
    document.querySelectorAll(FIELDS).forEach(function (field) {
      var panel = isNamed(field) ? null : field.closest("section.w-panel[aria-labelledby]");
      if (panel) field.setAttribute("aria-labelledby", String(panel.getAttribute("aria-labelledby")));
    });
  }

  var waits = false;
  new MutationObserver(function () {
    if (waits) return;
    waits = true; // many blocks come at once
    requestAnimationFrame(function () {
      waits = false;
      nameAll();
    });
  }).observe(document, { childList: true, subtree: true });
})();
