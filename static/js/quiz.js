// @ts-check
// Keep the choices of a quiz in this tab until its try is graded: a network that goes away loses none of them. The name
// of the try is kept too, so that answers which did arrive count once.
(function () {
  "use strict";
  /** @type {HTMLFormElement} */
  var form = document.querySelector("[data-quiz]");
  if (!form) return;
  var name = `quiz ${form.getAttribute("data-quiz")}`;

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(name) || "null");
    } catch (_e) {
      return null;
    }
  }

  /** @param {boolean} sent */
  function keep(sent) {
    var values = {};
    new FormData(form).forEach(function (value, key) {
      if (key !== "csrfmiddlewaretoken") values[key] = (values[key] || []).concat(value);
    });
    try {
      sessionStorage.setItem(name, JSON.stringify({ values: values, sent: sent }));
    } catch (_e) {
      return; // without storage the form works as it does without this script
    }
  }

  function dropOthers() {
    try {
      Object.keys(sessionStorage).forEach(function (key) {
        if (key.indexOf("quiz ") === 0 && key !== name) sessionStorage.removeItem(key);
      });
    } catch (_e) {
      return;
    }
  }

  /** @param {{values: Object<string, string[]>, sent: boolean}} kept */
  function restore(kept) {
    Array.prototype.forEach.call(form.elements, function (/** @type {HTMLInputElement} */ field) {
      var values = kept.values[field.name];
      if (!values || field.name === "csrfmiddlewaretoken") return;
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.indexOf(field.value) >= 0;
      else field.value = values[0];
    });
    /** @type {HTMLElement} */
    var said = form.querySelector("[data-quiz-kept]");
    if (kept.sent && said) said.hidden = false;
  }

  dropOthers();
  var kept = read();
  var refused = document.querySelector("[data-refusal]");
  if (kept && !refused) restore(kept);
  form.addEventListener("change", function () {
    keep(false);
  });
  form.addEventListener("submit", function () {
    keep(true);
  });
})();
