// @ts-check
// Copy the address of a certificate's public page, or pass it on by the phone's own menu.
(function () {
  "use strict";
  var box = document.querySelector("[data-share]");
  if (!box) return;
  var address = box.getAttribute("data-url");
  /** @type {HTMLElement} */
  var acts = box.querySelector("[data-share-acts]");
  /** @type {HTMLElement} */
  var copy = box.querySelector("[data-share-copy]");
  /** @type {HTMLElement} */
  var send = box.querySelector("[data-share-send]");

  function said() {
    copy.textContent = copy.getAttribute("data-done");
  }

  // Old phones, and pages without https, have no clipboard of their own.
  function copyByHand() {
    var field = document.createElement("textarea");
    field.value = address;
    field.setAttribute("readonly", "");
    field.className = "away";
    document.body.appendChild(field);
    field.select();
    field.setSelectionRange(0, address.length);
    if (document.execCommand("copy")) said();
    document.body.removeChild(field);
  }

  copy.addEventListener("click", function () {
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(said, copyByHand);
    else copyByHand();
  });
  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", function () {
      navigator.share({ title: document.title, url: address }).catch(function () {});
    });
  }
  acts.hidden = false;
})();
