// @ts-check
// Without a network, the worker shows whom to ask. Phones without service workers go on as before.
(function () {
  "use strict";
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/sw.js").catch(function () {});
  });
})();
