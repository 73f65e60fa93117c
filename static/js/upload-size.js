// @ts-check
// A file that is larger than the back office takes is refused before it is sent: its field says what to do.
(function () {
  "use strict";
  var words = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  document.addEventListener("change", function (event) {
    var field = /** @type {HTMLInputElement} */ (event.target);
    if (
      field.type !== "file" ||
      field.multiple ||
      !/document/.test(`${field.name} ${field.form ? field.form.action : ""}`)
    )
      return;
    var file = field.files && field.files[0];
    var large = !!file && file.size > Number(words.most);
    field.setCustomValidity(large ? words.sentence : "");
    if (large) field.reportValidity();
  });
})();
