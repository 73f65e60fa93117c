// @ts-check
// Buttons that copy a text: `<button data-copy="…" data-done="Copied" hidden>`. Without scripts they stay hidden.
(function () {
  "use strict";
  /** @param {HTMLElement} button */
  function prepare(button) {
    var text = button.getAttribute("data-copy");

    function said() {
      button.textContent = button.getAttribute("data-done");
    }

    // Old browsers, and pages without https, have no clipboard of their own.
    function copyByHand() {
      var field = document.createElement("textarea");
      field.value = text;
      field.setAttribute("readonly", "");
      document.body.appendChild(field);
      field.select();
      if (document.execCommand("copy")) said();
      document.body.removeChild(field);
    }

    button.addEventListener("click", function () {
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(said, copyByHand);
      else copyByHand();
    });
    button.hidden = false;
  }
  /** @type {NodeListOf<HTMLElement>} */
  var buttons = document.querySelectorAll("[data-copy]");
  buttons.forEach(prepare);
})();
