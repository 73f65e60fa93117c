// @ts-check
// “I am here”: asks every three seconds whether the leader has answered, and then shows the answer. After that it asks
// more seldom, for as long as the leader may take the answer back.
(function () {
  "use strict";
  var box = document.querySelector("[data-claim]");
  if (!box || !window.fetch) return;
  var state = box.getAttribute("data-state");
  var until = performance.now() + 15 * 60 * 1000;

  function look() {
    if (document.visibilityState === "hidden" || (state !== "waiting" && performance.now() > until)) return;
    fetch(box.getAttribute("data-claim"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (data) {
        if (data.state !== state) window.location.reload();
      })
      .catch(function () {}); // no network for a moment: the next round asks again
  }

  document.addEventListener("visibilitychange", look);
  setInterval(look, state === "waiting" ? 3000 : 10000);
})();
