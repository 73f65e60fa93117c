// @ts-check
// Text pasted into our editors from Word, WPS or WeChat: headings become our headings, Word's lists become lists, tables
// become lines. Its pictures become blocks where they stood, as far as the clipboard holds them: the text below each goes
// on in a block of its own. A line below the editor names what it cannot bring. The server keeps only the tags that we have.
(function () {
  "use strict";
  var words = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  var own = new WeakSet(); // events that this script sent itself
  var OTHER_HEADINGS = "h1, h2, h4, h5, h6";
  var PLACE = "\uE000"; // stands for a picture until the text around it is tidy
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

  // The text in front of the first picture, and for each picture the text that follows it. A picture within a paragraph
  // comes after it, or before it where the paragraph begins with the picture.
  /** @param {Element} body @returns {string[]} */
  function piecesOf(body) {
    var pieces = [document.createElement("div")];
    [...body.childNodes].forEach(function (node) {
      var text = node.textContent;
      var count = text.split(PLACE).length - 1;
      var begins = count > 0 && !text.split(PLACE)[0].trim();
      var walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let one = walker.currentNode; one; one = walker.nextNode()) {
        if (one.nodeType === Node.TEXT_NODE) one.nodeValue = one.nodeValue.split(PLACE).join("");
      }
      var add = function () {
        for (let more = 0; more < count; more++) pieces.push(document.createElement("div"));
      };
      if (begins) add();
      if (!count || node.textContent.trim()) pieces[pieces.length - 1].appendChild(node);
      if (!begins) add();
    });
    return pieces.map(function (piece) {
      return piece.textContent.trim() ? piece.innerHTML : "";
    });
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
      one.replaceWith(PLACE);
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
    return { pieces: piecesOf(page.body), pictures: pictures, tables: tables };
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

  // The pictures in the order of the text; null for one that the clipboard does not hold.
  /** @param {DataTransfer} clipboard @param {string[]} addresses of the pictures in its HTML @returns {(Blob | null)[]} */
  function picturesOf(clipboard, addresses) {
    var written = addresses.map(blobOfAddress);
    if (written.some(Boolean)) return written;
    var rtf = clipboard.getData("text/rtf");
    // Word and Excel add a picture of all that was copied: a file counts only for one picture that was copied alone.
    var found = rtf || addresses.length !== 1 ? picturesOfRtf(rtf) : imagesAmong(clipboard);
    return addresses.map(function (_address, at) {
      return found[at] || null;
    });
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

  // Whether only blanks stand behind the caret, so that pasted text ends the text.
  /** @param {Element} editor */
  function isAtEnd(editor) {
    var field = editor.querySelector("[contenteditable=true]");
    var selection = window.getSelection();
    if (!field || !selection || !selection.rangeCount || !field.contains(selection.focusNode)) return false;
    var rest = document.createRange();
    rest.selectNodeContents(field);
    rest.setStart(selection.getRangeAt(0).endContainer, selection.getRangeAt(0).endOffset);
    return !rest.toString().trim();
  }

  /** @param {Element} target @param {string} html @param {string} text */
  function pasteInto(target, html, text) {
    var data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", text || " ");
    var again = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    own.add(again);
    target.dispatchEvent(again);
  }

  // Put a block of text behind another block, and paste its text once its editor stands.
  /** @param {any} list @param {any} before @param {string} type @param {string} html */
  function goOn(list, before, type, html) {
    var place = list.children.indexOf(before) + 1;
    list.insert({ type: type, value: list.blockDef.initialChildStates[type], id: crypto.randomUUID() }, place);
    var block = list.children[place];
    var tries = 0;
    (function fill() {
      var field = block.element.querySelector("[contenteditable=true]");
      if (field) pasteInto(field, html, " ");
      else if (tries++ < 100) requestAnimationFrame(fill);
    })();
    return block;
  }

  /** @param {Blob} picture @returns {Promise<{value: any, refusal: string}>} */
  async function keep(picture) {
    var form = new FormData();
    form.append("file", picture, "pasted." + (picture.type === "image/jpeg" ? "jpg" : picture.type.slice(6)));
    var config = /** @type {any} */ (window).wagtailConfig;
    var answer = await fetch(words.keep, {
      method: "POST",
      body: form,
      headers: { [config.CSRF_HEADER_NAME]: config.CSRF_TOKEN },
    });
    if (answer.status === 409) return { value: null, refusal: (await answer.json()).refusal };
    return { value: answer.ok ? await answer.json() : null, refusal: "" };
  }

  // Put blocks behind that of the editor: each picture, and the text that followed it. The texts stand at once, so that
  // none is lost while the pictures are stored one after the other. Resolves to how many came along.
  /** @param {{list: any, place: number}} standing @param {{picture: Blob, text: string}[]} items */
  async function takeAlong(standing, items) {
    var list = standing.list;
    var typed = list.children[standing.place];
    var last = typed;
    var texts = items.map(function (item) {
      if (item.text) last = goOn(list, last, typed.type, item.text);
      return item.text ? last : null;
    });
    var before = typed;
    if (!texts.some(Boolean)) {
      // Pictures that are pasted later stand later.
      let place = standing.place;
      while (list.children[place + 1] && list.children[place + 1].type === "picture") place += 1;
      before = list.children[place];
    }
    var told = { taken: 0, refusal: "" };
    for (let at = 0; at < items.length; at++) {
      const kept = told.refusal ? null : await keep(items[at].picture);
      if (kept) told.refusal = kept.refusal;
      const place = list.children.indexOf(before) + 1; // asked each time: blocks may have moved meanwhile
      if (kept && kept.value && place) {
        list.insert(
          { type: "picture", value: { image: kept.value, alt: "", caption: "" }, id: crypto.randomUUID() },
          place,
        );
        before = list.children[place];
        told.taken += 1;
      }
      before = texts[at] || before;
    }
    return told;
  }

  // The text for the editor itself, and the blocks that follow it. A picture that the clipboard does not hold leaves no
  // gap. Behind the caret more text may stand: then the pasted text stays whole, and its pictures stand below.
  /** @param {Element} editor @param {(Blob | null)[]} pictures @param {string[]} pieces */
  function arranged(editor, pictures, pieces) {
    var standing = standingOf(editor);
    var splits = standing && standing.list.children[standing.place].type === "text" && isAtEnd(editor);
    var lead = pieces[0] || "";
    /** @type {{picture: Blob, text: string}[]} */
    var items = [];
    pictures.forEach(function (picture, at) {
      var text = pieces[at + 1] || "";
      if (picture && standing) items.push({ picture: picture, text: splits ? text : "" });
      if (picture && standing && splits) return;
      if (items.length && splits) items[items.length - 1].text += text;
      else lead += text;
    });
    return { standing: standing, lead: lead, items: items };
  }

  /** @param {Element} editor @param {ReturnType<typeof arranged>} plan @param {number} wanted @param {string[]} sentences */
  async function bring(editor, plan, wanted, sentences) {
    var told = { taken: 0, refusal: "" };
    try {
      if (plan.standing) told = await takeAlong(plan.standing, plan.items);
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
        const alone = imagesAmong(event.clipboardData);
        bring(editor, arranged(editor, alone, []), alone.length, []);
        return;
      }
      if (/data-editor|draftail|data-draft/i.test(html)) return; // from this very editor
      var cleaned = clean(html);
      event.preventDefault();
      event.stopImmediatePropagation();
      var plan = arranged(editor, picturesOf(event.clipboardData, cleaned.pictures), cleaned.pieces);
      if (plan.lead) pasteInto(target, plan.lead, event.clipboardData.getData("text/plain"));
      bring(editor, plan, cleaned.pictures.length, cleaned.tables ? [words.tables] : []);
    },
    true,
  );
})();
