// @ts-check
// Text pasted into our editors from Word, WPS or WeChat: headings become our headings, Word's lists become lists, tables
// become lines. Its pictures become blocks below the text, as far as the clipboard holds them. A line below the editor
// names what it cannot bring. The server keeps only the tags that we have.
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
    var pictures = [...page.querySelectorAll("img")].map(function (one) {
      return one.getAttribute("src") || "";
    });
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

  /** @param {string} hex @param {string} type */
  function blobOfHex(hex, type) {
    var digits = hex.replace(/\s+/g, "");
    var bytes = new Uint8Array(digits.length >> 1);
    for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(digits.slice(2 * at, 2 * at + 2), 16);
    return new Blob([bytes], { type: type });
  }

  // Word writes file addresses into its HTML, which no page may read, and the pictures themselves into its RTF.
  /** @param {string} rtf @returns {Blob[]} */
  function picturesOfRtf(rtf) {
    var found = [];
    var picture = /\\(png|jpeg)blip[^{}]*?(?:\{\\\*\\blipuid[^{}]*)?[\s}]([0-9a-fA-F\s]{64,})\}/g;
    for (let match = picture.exec(rtf); match; match = picture.exec(rtf)) {
      found.push(blobOfHex(match[2], "image/" + match[1]));
    }
    return found;
  }

  /** @param {string} address @returns {Blob | null} */
  function blobOfAddress(address) {
    var match = /^data:(image\/(?:png|jpeg|gif|webp));base64,(.+)$/.exec(address);
    if (!match) return null;
    var text = atob(match[2]);
    var bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return new Blob([bytes], { type: match[1] });
  }

  /** @param {DataTransfer} clipboard @param {string[]} addresses of the pictures in its HTML @returns {Blob[]} */
  function picturesOf(clipboard, addresses) {
    var written = /** @type {Blob[]} */ (addresses.map(blobOfAddress).filter(Boolean));
    if (written.length) return written;
    var rtf = clipboard.getData("text/rtf");
    // Word and Excel add a picture of all that was copied: a file counts only for one picture that was copied alone.
    return rtf || addresses.length !== 1 ? picturesOfRtf(rtf).slice(0, addresses.length) : imagesAmong(clipboard);
  }

  /** @param {DataTransfer} clipboard @returns {Blob[]} */
  function imagesAmong(clipboard) {
    return [...clipboard.files].filter(function (file) {
      return file.type.startsWith("image/");
    });
  }

  // The list of blocks in which an editor stands, and the place of its block.
  /** @param {Element} editor */
  function standingOf(editor) {
    for (let node = editor.parentElement; node; node = node.parentElement) {
      const list = /** @type {any} */ (node).rootBlock;
      if (!list || !list.children || !list.blockDef.childBlockDefsByName) continue;
      if (!list.blockDef.childBlockDefsByName.picture) return null;
      const place = list.children.findIndex(function (/** @type {any} */ child) {
        return child.element && child.element.contains(editor);
      });
      return place < 0 ? null : { list: list, place: place };
    }
    return null;
  }

  // The place below a text and the pictures that follow it already: what is pasted later stands later.
  /** @param {{list: any, place: number}} standing */
  function placeBelow(standing) {
    var place = standing.place + 1;
    while (place < standing.list.children.length && standing.list.children[place].type === "picture") place += 1;
    return place;
  }

  // Store the pictures one after the other, and put a block for each below the text. Resolves to how many came along.
  /** @param {Element} editor @param {Blob[]} pictures @returns {Promise<{taken: number, refusal: string}>} */
  async function takeAlong(editor, pictures) {
    var taken = 0;
    for (const picture of pictures) {
      const form = new FormData();
      form.append("file", picture, "pasted." + (picture.type === "image/jpeg" ? "jpg" : picture.type.slice(6)));
      const config = /** @type {any} */ (window).wagtailConfig;
      const answer = await fetch(words.keep, {
        method: "POST",
        body: form,
        headers: { [config.CSRF_HEADER_NAME]: config.CSRF_TOKEN },
      });
      if (answer.status === 409) return { taken: taken, refusal: (await answer.json()).refusal };
      if (!answer.ok) break;
      const standing = standingOf(editor); // asked each time: blocks may have moved meanwhile
      if (!standing) break;
      const value = { image: await answer.json(), alt: "", caption: "" };
      standing.list.insert({ type: "picture", value: value, id: crypto.randomUUID() }, placeBelow(standing));
      taken += 1;
    }
    return { taken: taken, refusal: "" };
  }

  /** @param {Element} editor @param {DataTransfer} clipboard @param {string[]} addresses @param {string[]} sentences */
  async function bring(editor, clipboard, addresses, sentences) {
    var pictures = standingOf(editor) ? picturesOf(clipboard, addresses) : [];
    var wanted = Math.max(addresses.length, pictures.length);
    var told = { taken: 0, refusal: "" };
    try {
      told = await takeAlong(editor, pictures);
    } catch {
      // Without a network none comes along, which the sentence below says.
    }
    var about = told.taken ? [words.taken] : [];
    if (told.refusal) about.push(told.refusal);
    else if (told.taken < wanted) about.push(words.pictures);
    tell(editor, about.concat(sentences));
  }

  document.addEventListener(
    "paste",
    function (event) {
      var target = /** @type {Element} */ (event.target);
      var editor = target.closest && target.closest(".Draftail-Editor");
      if (own.has(event) || !editor || !event.clipboardData) return;
      var html = event.clipboardData.getData("text/html");
      if (!html) {
        bring(editor, event.clipboardData, imagesAmong(event.clipboardData).length ? [""] : [], []);
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
      bring(editor, event.clipboardData, cleaned.pictures, cleaned.tables ? [words.tables] : []);
    },
    true,
  );
})();
