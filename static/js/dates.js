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
