// The leader's live code: codes are fetched ahead, and the server's clock decides which one is shown.
(function () {
  "use strict";
  var box = document.querySelector("[data-live]");
  if (!box || !window.fetch) return;
  var image = box.querySelector("[data-live-image]");
  var text = box.querySelector("[data-live-text]");
  var left = box.querySelector("[data-live-left]");
  var stale = box.querySelector("[data-live-stale]");
  var counts = document.querySelectorAll("[data-live-count]");
  var codes = [];
  var ahead = 0; // the server's clock less this device's monotonic one, in milliseconds

  function show() {
    var now = performance.now() + ahead;
    var current = codes.filter(function (code) { return code.starts <= now && now < code.ends; })[0];
    stale.hidden = Boolean(current) || !codes.length;
    image.style.visibility = stale.hidden ? "" : "hidden";
    if (!current) return;
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
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (data) {
        ahead = data.now - (sent + performance.now()) / 2;
        codes = data.codes;
        Array.prototype.forEach.call(counts, function (node) {
          node.textContent = data.counts[node.getAttribute("data-live-count")];
        });
        show();
      })
      .catch(show); // no network: the codes fetched ahead go on, and what has run out says so
  }

  function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") {
      navigator.wakeLock.request("screen").catch(function () {});
    }
  }
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") { stayAwake(); load(); }
  });

  stayAwake();
  load();
  setInterval(show, 500);
  setInterval(load, 10000);
})();
