// @ts-check
// Read a lesson aloud with the browser's own voice. Without one, the button stays hidden.
(function () {
  "use strict";
  /** @type {HTMLElement} */
  var box = document.querySelector("[data-read-aloud]");
  if (!box || !("speechSynthesis" in window) || !("SpeechSynthesisUtterance" in window)) return;
  var button = box.querySelector("button");
  var begin = button.textContent;
  var speech = window.speechSynthesis;
  var reading = false;

  // Long texts stop halfway in some browsers: each paragraph is spoken by itself.
  function paragraphs() {
    var found = box.closest("article").querySelectorAll("h1, h2, h3, p, li, figcaption, td, th");
    return Array.prototype.filter.call(found, function (/** @type {HTMLElement} */ one) {
      return !box.contains(one) && !one.closest(".quiz-card") && !one.querySelector("p, li") && one.textContent.trim();
    });
  }

  function end() {
    reading = false;
    button.textContent = begin;
  }

  function stop() {
    speech.cancel();
    end();
  }

  button.addEventListener("click", function () {
    if (reading) return stop();
    reading = true;
    button.textContent = button.getAttribute("data-stop");
    var texts = paragraphs();
    texts.forEach(function (/** @type {HTMLElement} */ one, /** @type {number} */ place) {
      var spoken = new SpeechSynthesisUtterance(one.textContent);
      spoken.lang = button.getAttribute("data-lang") === "en" ? "en" : "zh-CN";
      if (place === texts.length - 1) spoken.onend = end;
      speech.speak(spoken);
    });
  });
  window.addEventListener("pagehide", stop);
  box.hidden = false;
})();
