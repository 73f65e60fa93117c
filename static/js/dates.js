// @ts-check
// Wagtail's calendar would replace a typed date that it cannot read: 2026年12月5日 became 2026-01-01. The field keeps what
// was typed, and the form reads it or says what is wrong.
(function () {
  "use strict";
  var picker = "jQuery" in window && /** @type {any} */ (window).jQuery.fn.datetimepicker;
  if (picker) picker.defaults.validateOnBlur = false;
})();
