// @ts-check
// Wagtail's calendar would replace a typed date that it cannot read: 2026年12月5日 became 2026-01-01. The field keeps what
// was typed, and the form reads it or says what is wrong. Escape closes the calendar alone, not the dialog around it.
(function () {
  "use strict";
  var jQuery = "jQuery" in window && /** @type {any} */ (window).jQuery;
  if (!jQuery || !jQuery.fn.datetimepicker) return;
  jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
  window.addEventListener(
    "keydown",
    function (event) {
      var open = event.key === "Escape" ? jQuery(".xdsoft_datetimepicker:visible") : [];
      if (!open.length) return;
      open.trigger("close.xdsoft");
      event.stopImmediatePropagation();
    },
    true,
  );
})();

// The line below a field says which day was understood, while it is typed; the server alone reads days.
(function () {
  "use strict";
  /** @type {ReturnType<typeof setTimeout>} */
  var pause;

  /** @param {HTMLInputElement} field @param {HTMLElement} line @param {boolean} left */
  function understand(field, line, left) {
    var text = field.value;
    var asked = new URLSearchParams({ text: text, near: field.dataset.near || "" });
    fetch(field.dataset.day + "?" + asked)
      .then(function (answer) {
        return answer.json();
      })
      .then(function (answer) {
        if (field.value !== text) return;
        line.textContent = answer.words || (left && answer.fault) || "";
        line.classList.toggle("day-fault", !!answer.fault);
        // “明天” of a form that stays open over night would become another day.
        if (left && answer.day && !/\d{4}/.test(text)) field.value = answer.day;
      })
      .catch(function () {
        line.textContent = "";
      });
  }

  /** @param {Event} event */
  function heard(event) {
    var field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.dataset.day) return;
    var line = document.getElementById(field.id + "-words");
    if (!line) return;
    var left = event.type === "change";
    clearTimeout(pause);
    pause = setTimeout(understand, left ? 0 : 250, field, line, left);
  }
  document.addEventListener("input", heard);
  document.addEventListener("change", heard);
})();
