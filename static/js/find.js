// @ts-check
// The one search of the back office, in the menu and on the first page: what is found stands under the field while one
// types. Arrows choose, Enter opens, Ctrl+K goes to the field. Without this script the form opens the page of results.
(function () {
  "use strict";
  var page = document.currentScript && document.currentScript.getAttribute("data-find");
  if (!page || !window.fetch) return;
  var PATIENCE = 150; // milliseconds after the last letter
  var list = document.createElement("ul");
  var asked = 0; // the number of the last question; answers to earlier ones are dropped
  var answered = ""; // the text that the list answers
  var timer = 0;
  /** @type {HTMLInputElement | null} */
  var field = null;
  list.id = "find-suggestions";
  list.className = "find-suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");

  /** @returns {HTMLInputElement | null} */
  function ours(node) {
    if (!(node instanceof HTMLInputElement) || node.name !== "q" || !node.form) return null;
    return new URL(node.form.action, location.href).pathname === page ? node : null;
  }

  /** @returns {HTMLElement[]} */
  function options() {
    return Array.prototype.slice.call(list.querySelectorAll("[role=option]"));
  }

  function chosen() {
    return options().filter(function (option) {
      return option.getAttribute("aria-selected") === "true";
    })[0];
  }

  function choose(place) {
    var all = options();
    all.forEach(function (option, at) {
      option.id = "find-option-" + at;
      option.setAttribute("aria-selected", String(at === place));
    });
    if (!field) return;
    if (all[place]) {
      field.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    list.hidden = true;
    clearTimeout(timer);
    asked += 1;
    if (field) {
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
  }

  function open() {
    var place = field.getBoundingClientRect();
    list.style.left = Math.max(8, place.left) + "px";
    list.style.top = place.bottom + 4 + "px";
    list.style.minWidth = Math.min(Math.max(place.width, 420), innerWidth - 16) + "px";
    list.hidden = false;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
  }

  function ask() {
    var typed = field.value.trim();
    if (!typed) {
      close();
      return;
    }
    asked += 1;
    var mine = asked;
    fetch(page + "suggestions/?q=" + encodeURIComponent(typed), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.ok && !answer.redirected ? answer.text() : null;
      })
      .then(function (markup) {
        if (markup === null || mine !== asked || document.activeElement !== field) return;
        if (!list.parentNode) document.body.appendChild(list);
        list.innerHTML = markup; // our own template, which escapes what people typed
        answered = typed;
        open();
        choose(0);
      })
      .catch(function () {}); // Enter still opens the page of results
  }

  function go() {
    var typed = field.value.trim();
    location.href = typed ? page + "?q=" + encodeURIComponent(typed) + "&go=1" : page;
  }

  document.addEventListener("input", function (event) {
    var typedInto = ours(event.target);
    if (!typedInto) return;
    field = typedInto;
    field.autocomplete = "off";
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  });

  document.addEventListener(
    "keydown",
    function (event) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        focusField(event);
        return;
      }
      if (event.isComposing || !ours(event.target)) return;
      field = ours(event.target);
      var all = options();
      var at = all.indexOf(chosen());
      if (event.key === "Escape") {
        close();
      } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        choose((at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
        if (!list.hidden && answered === field.value.trim() && chosen()) chosen().querySelector("a").click();
        else go();
      }
    },
    true,
  );

  // Wagtail's menu opens the address of its own form; the words go with it, and so does the wish to open the hit.
  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      var typedInto = form instanceof HTMLFormElement && ours(form.elements.namedItem("q"));
      if (!typedInto) return;
      event.preventDefault();
      event.stopPropagation();
      field = typedInto;
      go();
    },
    true,
  );

  document.addEventListener("focusout", function (event) {
    if (ours(event.target)) setTimeout(close, 200); // a click on a suggestion comes first
  });

  function focusField(event) {
    if (event.target instanceof HTMLElement && event.target.isContentEditable) return; // there it makes a link
    /** @type {HTMLInputElement | null} */
    var large = document.querySelector("[data-find-large] input[name=q]");
    /** @type {HTMLInputElement | null} */
    var small = document.querySelector("#menu-search-q");
    event.preventDefault();
    if (large) {
      large.focus();
      large.select();
    } else if (small && small.offsetParent) {
      small.focus();
      small.select();
    } else if (small && small.form) {
      /** @type {HTMLElement} */ (small.form.querySelector("button")).click(); // opens the narrow menu
    }
  }

  // On the page of results, arrows go from hit to hit, and Enter opens the first.
  var hits = document.querySelectorAll("[data-find-hit]");
  if (hits[0]) /** @type {HTMLElement} */ (hits[0]).focus();
  document.addEventListener("keydown", function (event) {
    var at = Array.prototype.indexOf.call(hits, event.target);
    if (at < 0 || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    var next = /** @type {HTMLElement} */ (hits[at + (event.key === "ArrowDown" ? 1 : -1)]);
    if (next) next.focus();
  });
})();
