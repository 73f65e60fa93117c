// @ts-check
// The preview of a template while somebody types: the form as it stands is sent, a picture or a sentence comes back.
(function () {
  "use strict";
  var box = /** @type {HTMLElement | null} */ (document.querySelector("[data-design-preview]"));
  var text = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("textarea[name=body]"));
  if (!box || !text || !text.form) return;
  var form = text.form;
  var address = box.dataset.designPreview || "";
  var design = box.dataset.design || "";
  var picture = /** @type {HTMLImageElement} */ (box.querySelector("img"));
  var said = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  var waiting = 0;
  var asked = 0;

  function which() {
    var chosen = /** @type {HTMLInputElement | null} */ (document.querySelector("[name=which]:checked"));
    return chosen ? chosen.value : "longest";
  }

  function draw() {
    asked += 1;
    var mine = asked;
    var data = new FormData(form);
    data.set("design", design);
    data.set("which", which());
    fetch(address, { method: "POST", body: data, credentials: "same-origin" })
      .then(function (answer) {
        return /** @type {Promise<Blob | string>} */ (answer.ok ? answer.blob() : answer.text());
      })
      .then(function (content) {
        if (mine !== asked) return; // a later one is on its way
        if (typeof content === "string") {
          said.textContent = content;
          return;
        }
        URL.revokeObjectURL(picture.src);
        picture.src = URL.createObjectURL(content);
        picture.hidden = false;
        said.textContent = "";
      })
      .catch(function () {}); // without a network the last picture stays
  }

  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(draw, 600);
  }

  box.hidden = false;
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  box.addEventListener("change", draw);
  draw();
})();
