// @ts-check
// A form that stays on the page without a network: `<form data-stay="/health/">`. Before it is sent, the script asks
// the server for a sign of life; without one, the page says that nothing was sent, and keeps what was written.
(function () {
  "use strict";
  /** @type {HTMLFormElement | null} */
  var form = document.querySelector("form[data-stay]");
  /** @type {HTMLElement | null} */
  var notice = document.querySelector("[data-no-network]");
  if (!form || !notice || !window.fetch || !window.AbortController) return;
  var asking = false;

  /** @param {HTMLButtonElement | null} button */
  function send(button) {
    var named = document.createElement("input");
    if (button && button.name) {
      // `submit()` leaves out the name of the button.
      named.type = "hidden";
      named.name = button.name;
      named.value = button.value;
      form.appendChild(named);
    }
    form.submit();
  }

  // The page came back from an error page: the form may be sent again.
  window.addEventListener("pageshow", function () {
    asking = false;
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (asking) return;
    asking = true;
    var button = /** @type {HTMLButtonElement | null} */ (event.submitter || document.activeElement);
    var patience = new AbortController();
    setTimeout(function () {
      patience.abort();
    }, 8000);
    fetch(form.getAttribute("data-stay"), { cache: "no-store", signal: patience.signal })
      .then(function () {
        send(button);
      })
      .catch(function () {
        asking = false;
        notice.hidden = false;
        notice.scrollIntoView();
      });
  });
})();
