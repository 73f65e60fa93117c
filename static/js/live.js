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
  /** @type {HTMLElement} */
  var full = document.querySelector("[data-live-full]");
  var codes = [];
  var ahead = null; // the server's clock minus this device's monotonic clock, in milliseconds; not known yet
  var over = Boolean(cancelled && !cancelled.hidden);
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
    if (stale) stale.hidden = over || unsure || Boolean(current);
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
        each(counts, function (node) {
          node.textContent = data.counts[node.getAttribute("data-live-count")];
        });
        if (latest) showLatest(data.latest);
        if (waiting) {
          waiting.hidden = !data.claims.count;
          waiting.textContent = data.claims.count;
        }
        show();
        if (claims && claims.getAttribute("data-mark") !== data.claims.mark) loadClaims(data.claims.mark);
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
    if (claims.contains(document.activeElement)) return;
    fetch(claims.getAttribute("data-live-claims"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error();
        return answer.text();
      })
      .then(function (html) {
        claims.innerHTML = html;
        claims.setAttribute("data-mark", mark);
      })
      .catch(function () {});
  }

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
