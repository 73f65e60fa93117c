// @ts-check
// Text pasted into our editors from Word, WPS or WeChat: headings become our headings, Word's lists become lists, tables
// become lines. A line below the editor names what a clipboard cannot bring. The server keeps only the tags that we have.
(function () {
  "use strict";
  var words = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  var own = new WeakSet(); // events that this script sent itself
  var OTHER_HEADINGS = "h1, h2, h4, h5, h6";
  var MARK = '[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]';

  /** @param {Element} element @param {string} name */
  function rename(element, name) {
    var made = element.ownerDocument.createElement(name);
    while (element.firstChild) made.appendChild(element.firstChild);
    element.replaceWith(made);
    return made;
  }

  /** @param {Element} element */
  function unwrap(element) {
    element.replaceWith(...element.childNodes);
  }

  // Word writes each entry of a list as a paragraph with its bullet or number as text.
  /** @param {Document} page */
  function makeLists(page) {
    page.querySelectorAll("p").forEach(function (line) {
      var mark = line.querySelector(MARK);
      if (!mark && !/mso-list:\s*l\d/.test(line.getAttribute("style") || "")) return;
      var numbered = mark ? /^\s*[(（]?[0-9a-zA-Z一二三四五六七八九十]+[.、)）．]/.test(mark.textContent) : false;
      if (mark) mark.remove();
      var name = numbered ? "ol" : "ul";
      var before = line.previousElementSibling;
      var list = before && before.hasAttribute("data-made") && before.localName === name ? before : null;
      if (!list) {
        list = page.createElement(name);
        list.setAttribute("data-made", "");
        line.before(list);
      }
      list.appendChild(line);
      rename(line, "li");
    });
  }

  /** @param {Element} table */
  function linesOf(table) {
    var page = table.ownerDocument;
    var lines = [...table.querySelectorAll("tr")].map(function (row) {
      var line = page.createElement("p");
      var cells = [...row.querySelectorAll("td, th")].map(function (cell) {
        return cell.textContent.trim().replace(/\s+/g, " ");
      });
      line.textContent = cells.join(" | ");
      return line;
    });
    table.replaceWith(...lines);
  }

  /** @param {string} html */
  function clean(html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("style, script, meta, link, title, xml, iframe, svg").forEach(function (one) {
      one.remove();
    });
    var pictures = page.querySelectorAll("img").length;
    var tables = page.querySelectorAll("table").length;
    makeLists(page);
    page.querySelectorAll("img").forEach(function (one) {
      one.remove();
    });
    page.querySelectorAll("table").forEach(linesOf);
    page.querySelectorAll(OTHER_HEADINGS).forEach(function (one) {
      rename(one, "h3");
    });
    page.querySelectorAll("section, div, article").forEach(function (one) {
      if (one.querySelector("p, h3, ul, ol, section, div, article")) unwrap(one);
      else rename(one, "p");
    });
    page.querySelectorAll("p, h3").forEach(function (one) {
      if (!one.textContent.trim()) one.remove();
    });
    // Weight and slant are all that a text keeps of its look.
    page.querySelectorAll("span").forEach(function (one) {
      var style = one.getAttribute("style") || "";
      if (/font-weight:\s*(bold|[6-9]00)/.test(style) && !one.closest("h3")) rename(one, "b");
      else unwrap(one);
    });
    page.querySelectorAll("body *").forEach(function (one) {
      [...one.attributes].forEach(function (attribute) {
        if (attribute.name !== "href") one.removeAttribute(attribute.name);
      });
    });
    return { html: page.body.innerHTML, pictures: pictures, tables: tables };
  }

  /** @param {Element} editor @param {string[]} sentences */
  function tell(editor, sentences) {
    var field = editor.closest("[data-contentpath]") || editor.parentElement;
    var old = field.querySelector(".paste-told");
    if (old) old.remove();
    if (!sentences.length) return;
    var told = document.createElement("div");
    told.className = "help-block help-warning paste-told";
    told.setAttribute("role", "status");
    told.textContent = sentences.join(" ");
    field.appendChild(told);
  }

  document.addEventListener(
    "paste",
    function (event) {
      var target = /** @type {Element} */ (event.target);
      var editor = target.closest && target.closest(".Draftail-Editor");
      if (own.has(event) || !editor || !event.clipboardData) return;
      var html = event.clipboardData.getData("text/html");
      var hasPicture = [...event.clipboardData.items].some(function (one) {
        return one.type.startsWith("image/");
      });
      if (!html) {
        tell(editor, hasPicture ? [words.pictures] : []);
        return;
      }
      if (/data-editor|draftail|data-draft/i.test(html)) return; // from this very editor
      var cleaned = clean(html);
      var data = new DataTransfer();
      data.setData("text/html", cleaned.html);
      data.setData("text/plain", event.clipboardData.getData("text/plain") || " ");
      event.preventDefault();
      event.stopImmediatePropagation();
      var again = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      own.add(again);
      target.dispatchEvent(again);
      tell(editor, (cleaned.pictures ? [words.pictures] : []).concat(cleaned.tables ? [words.tables] : []));
    },
    true,
  );
})();
