// @ts-check
// A new page is saved once. The editor saves by itself while its author writes; a click on “Save” while the first of
// these saves is under way would make a second page. The click waits until the first save has an answer.
(function () {
  "use strict";
  var LONGEST_WAIT = 10000; // milliseconds
  var saving = false;
  /** @type {(() => void) | null} */
  var waiting = null;

  document.addEventListener("w-autosave:save", function (event) {
    saving = !event.defaultPrevented;
  });

  function goOn() {
    saving = false;
    var send = waiting;
    waiting = null;
    if (send) send();
  }
  document.addEventListener("w-autosave:success", goOn);
  document.addEventListener("w-autosave:error", goOn);

  document.addEventListener(
    "submit",
    function (event) {
      var form = /** @type {HTMLFormElement} */ (event.target);
      var isNew = /\/pages\/add\//.test(form.action);
      if (!saving || !isNew || !form.matches("[data-controller~=w-autosave]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = /** @type {HTMLButtonElement | null} */ (event.submitter);
      waiting = function () {
        if (button && button.name) {
          // The editor has disabled the button by now, so that the form would leave out its name.
          const named = document.createElement("input");
          named.type = "hidden";
          named.name = button.name;
          named.value = button.value;
          form.appendChild(named);
        }
        form.requestSubmit();
      };
      window.setTimeout(goOn, LONGEST_WAIT);
    },
    true,
  );
})();
