// @ts-check
// The leader's live code: codes are fetched ahead, and the server's clock decides which one is shown.
(function () {
  "use strict";
  var box = document.querySelector("[data-live]");
  if (!box || !window.fetch) return;
  var image = box.querySelector("[data-live-image]");
  var text = box.querySelector("[data-live-text]");
  /** @type {HTMLProgressElement} */
  var left = box.querySelector("[data-live-left]");
  /** @type {HTMLElement} */
  var stale = document.querySelector("[data-live-stale]");
  /** @type {HTMLElement} */
  var cancelled = document.querySelector("[data-live-cancelled]");
  var shown = document.querySelectorAll("[data-live-shown]");
  var counts = document.querySelectorAll("[data-live-count]");
  var latest = document.querySelector("[data-live-latest]");
  /** @type {HTMLElement} */
  var waiting = document.querySelector("[data-live-waiting]");
  var claims = document.querySelector("[data-live-claims]");
  var people = document.querySelector("[data-live-people]");
  var moment = box.getAttribute("data-live-moment");
  var touched = -Infinity; // when a finger was last on a list; Infinity while it is
  /** @type {HTMLElement} */
  var full = document.querySelector("[data-live-full]");
  var codes = [];
  var ahead = null; // the server's clock minus this device's monotonic clock, in milliseconds; not known yet
  var over = Boolean(cancelled && !cancelled.hidden);
  var closed = false; // no shift takes scans any more
  var asleep = clocks();

  function each(nodes, act) {
    Array.prototype.forEach.call(nodes, act);
  }

  // The device's clock minus its monotonic clock, which may stand still while the device sleeps.
  function clocks() {
    return Date.now() - performance.now();
  }

  function show() {
    var gained = clocks() - asleep;
    asleep = clocks();
    if (gained > 5000) {
      // it slept, and no clock of the device measures exactly for how long
      codes = [];
      load();
    }
    var now = performance.now() + ahead;
    var current = codes.filter(function (code) {
      return code.starts <= now && now < code.ends;
    })[0];
    var unsure = ahead === null; // the page's own code stands until the first answer, or the first failure
    if (cancelled) cancelled.hidden = !over;
    if (stale) stale.hidden = over || unsure || closed || Boolean(current);
    each(shown, function (node) {
      node.hidden = over || (!unsure && !current);
    });
    if (over || !current || !image) return;
    left.max = (current.ends - current.starts) / 1000;
    left.value = (current.ends - now) / 1000;
    if (current.text === text.getAttribute("data-code")) return;
    text.setAttribute("data-code", current.text);
    text.textContent = current.grouped;
    image.innerHTML = current.svg;
  }

  function load() {
    var sent = performance.now();
    fetch(box.getAttribute("data-live"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (data) {
        ahead = data.now - (sent + performance.now()) / 2;
        codes = data.codes;
        over = data.cancelled;
        closed = !data.open;
        each(counts, function (node) {
          node.textContent = data.counts[node.getAttribute("data-live-count")];
        });
        if (latest) showLatest(data.latest);
        if (waiting) {
          waiting.hidden = !data.claims.count;
          waiting.textContent = data.claims.count;
        }
        show();
        if (data.moment !== moment && !over && !isUsed()) {
          moment = data.moment;
          location.reload();
          return;
        }
        if (claims && claims.getAttribute("data-mark") !== data.claims.mark) loadClaims(data.claims.mark);
        if (people && people.getAttribute("data-mark") !== data.people.mark) loadPeople(data.people.mark);
      })
      .catch(function () {
        // Without a network the codes fetched ahead go on; after the last one the page says so. A page that never
        // fetched any shows its own code until that expires.
        if (ahead === null && text) {
          ahead = -sent;
          codes = [
            { starts: (left.value - left.max) * 1000, ends: left.value * 1000, text: text.getAttribute("data-code") },
          ];
        }
        show();
      });
  }

  function showLatest(names) {
    latest.textContent = "";
    names.forEach(function (name) {
      latest.appendChild(document.createElement("span")).textContent = name;
      latest.appendChild(document.createTextNode(" "));
    });
  }

  // Update the list of claims, but not while a finger is on it.
  function loadClaims(mark) {
    if (isTouched() || claims.contains(document.activeElement)) return;
    fetch(claims.getAttribute("data-live-claims"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error();
        return answer.text();
      })
      .then(function (html) {
        if (isTouched()) return;
        claims.innerHTML = html;
        claims.setAttribute("data-mark", mark);
      })
      .catch(function () {});
  }

  // Whether the reader has typed or ticked something, or has a finger on the list: the page then is not reloaded.
  function isUsed() {
    return isTouched() || Array.prototype.some.call(document.querySelectorAll("main input, main select"), isChanged);
  }

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      return Array.prototype.some.call(field.options, function (option) {
        return option.selected && !option.defaultSelected && option.index > 0;
      });
    }
    return field.value !== field.defaultValue;
  }

  function isTouched() {
    return performance.now() - touched < 1500;
  }

  function ticks() {
    return people ? Array.prototype.slice.call(people.querySelectorAll("input:checked")) : [];
  }

  // Update the list of people: not under a finger, and “stays” stays ticked.
  function loadPeople(mark) {
    if (isTouched()) return;
    fetch(people.getAttribute("data-live-people"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error();
        return answer.text();
      })
      .then(function (html) {
        if (isTouched()) return;
        var staying = ticks().map(function (tick) {
          return tick.value;
        });
        var active = document.activeElement;
        var focused = people.contains(active) ? active.getAttribute("value") : null;
        var open = Array.prototype.map.call(people.querySelectorAll("details"), function (part) {
          return part.open ? part.getAttribute("data-part") : null;
        });
        people.innerHTML = html;
        people.setAttribute("data-mark", mark);
        each(people.querySelectorAll("input[type=checkbox]"), function (box) {
          box.checked = staying.indexOf(box.value) >= 0;
          if (focused !== null && box.value === focused) box.focus({ preventScroll: true });
        });
        each(people.querySelectorAll("details"), function (part) {
          part.open = open.indexOf(part.getAttribute("data-part")) >= 0;
        });
      })
      .catch(function () {});
  }

  function touch() {
    touched = Infinity;
  }

  function release() {
    if (touched === Infinity) touched = performance.now();
  }

  [claims, people].filter(Boolean).forEach(function (list) {
    ["touchstart", "mousedown"].forEach(function (name) {
      list.addEventListener(name, touch, { passive: true });
    });
  });
  ["touchend", "touchcancel", "mouseup"].forEach(function (name) {
    document.addEventListener(name, release, { passive: true });
  });

  function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") {
      navigator.wakeLock.request("screen").catch(function () {});
    }
  }
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") {
      stayAwake();
      load();
    }
  });

  if (full && document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", function () {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(function () {});
    });
  }

  stayAwake();
  load();
  setInterval(show, 500);
  setInterval(load, 5000);
})();
