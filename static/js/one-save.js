// @ts-check
// A new page is saved once. The editor saves by itself while its author writes; a click on “Save” while the first of
// these saves is under way would make a second page, and so would a save by itself after the click, while the answer
// is still to come. The click waits until the first save has an answer; once the form is sent, the editor saves no more.
(function () {
  "use strict";
  var LONGEST_WAIT = 10000; // milliseconds
  var HANDS_OVER = 500; // milliseconds: the text editor gives its last words to the form a quarter of a second later
  var wrote = -HANDS_OVER;
  var saving = false;
  var sent = false;
  /** @type {(() => void) | null} */
  var waiting = null;

  document.addEventListener("w-autosave:save", function (event) {
    if (sent) event.preventDefault();
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

  ["beforeinput", "keydown", "paste"].forEach(function (name) {
    document.addEventListener(
      name,
      function (event) {
        if (event.target instanceof Element && event.target.closest("[contenteditable=true]"))
          wrote = performance.now();
      },
      true,
    );
  });

  /**
   * Stop the form, and return the function that sends it after all.
   * @param {SubmitEvent} event
   * @param {HTMLFormElement} form
   */
  function hold(event, form) {
    event.preventDefault();
    event.stopImmediatePropagation();
    var button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    return function () {
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
  }

  document.addEventListener(
    "submit",
    function (event) {
      var form = /** @type {HTMLFormElement} */ (event.target);
      var isNew = /\/pages\/add\//.test(form.action);
      if (!form.matches("[data-controller~=w-autosave]")) return;
      var rest = wrote + HANDS_OVER - performance.now();
      if (rest > 0) {
        wrote = -HANDS_OVER;
        window.setTimeout(hold(event, form), rest);
        return;
      }
      if (!saving || !isNew) {
        window.setTimeout(function () {
          sent = !event.defaultPrevented; // after all that may hold the form back
        });
        return;
      }
      waiting = hold(event, form);
      window.setTimeout(goOn, LONGEST_WAIT);
    },
    true,
  );

  // Back in the browser shows the form as it was left.
  window.addEventListener("pageshow", function () {
    sent = false;
  });
})();
