// @ts-check
// Below the file of slides stands how far its pictures are. The server makes them by itself, while the author writes on or
// after the page is closed.
(function () {
  "use strict";
  var ask = /** @type {HTMLScriptElement} */ (document.currentScript).dataset.ask;
  var PAUSE = 3000; // milliseconds
  /** @type {Record<string, {code: string, sentence: string, over: boolean}>} */
  var known = {}; // by the id of the file

  /** @param {Element} block @returns {HTMLInputElement | null} */
  function fieldOf(block) {
    var type = /** @type {HTMLInputElement | null} */ (block.querySelector(":scope > input[name$='-type']"));
    return type && type.value === "slides" ? block.querySelector("input[name$='-value-document']") : null;
  }

  // One of Wagtail's own, for which the line keeps room.
  /** @param {string} name */
  function iconOf(name) {
    var icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", `icon icon-${name}`);
    icon.setAttribute("aria-hidden", "true");
    icon
      .appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use"))
      .setAttribute("href", `#icon-${name}`);
    return icon;
  }

  /** @param {HTMLInputElement} field */
  function show(field) {
    var place = field.closest("[data-contentpath=document]") || field.parentElement;
    var told = place.querySelector(".slides-state");
    var state = known[field.value];
    if (!state) {
      if (told) told.remove();
      return;
    }
    if (!told) {
      told = document.createElement("div");
      told.setAttribute("role", "status");
      place.appendChild(told);
    }
    if (told.textContent === state.sentence) return;
    var isFault = state.over && state.code !== "made";
    told.className = `slides-state help-block ${isFault ? "help-warning" : "help-info"}`;
    told.setAttribute("data-code", state.code);
    told.replaceChildren(iconOf(isFault ? "warning" : state.over ? "check" : "help"), state.sentence);
  }

  /** @param {string} file */
  async function learn(file) {
    try {
      const answer = await fetch(ask.replace("/0/", `/${file}/`), { headers: { Accept: "application/json" } });
      if (answer.ok) known[file] = await answer.json();
    } catch {
      // Without a network the last state stays; the next look asks again.
    }
  }

  async function look() {
    var fields = [...document.querySelectorAll("[data-streamfield-child]")].map(fieldOf).filter(Boolean);
    var files = [...new Set(fields.map((field) => field.value))].filter(Boolean);
    if (!document.hidden) {
      await Promise.all(files.filter((file) => !known[file] || !known[file].over).map(learn));
      fields.forEach(show);
    }
    window.setTimeout(look, PAUSE);
  }

  look();
})();
