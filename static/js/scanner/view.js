// @ts-check
// Draw the scanner's page from the state that scanner.js holds. No storage, no network.
import { isWaiting, wantsUndo } from "./sync.js";

/**
 * @typedef {import("./judge.js").Choice} Choice
 * @typedef {import("./judge.js").Direction} Direction
 * @typedef {import("./judge.js").Person} Person
 * @typedef {import("./judge.js").Board} Board
 *
 * @typedef StoredPart  the part of a stored scan that only the page reads
 * @property {string} id
 * @property {number} ahead  the phone's clock less the server's, as the roster had it
 * @property {string} name  of the person, or ""
 * @property {string} remark  the code of this phone's verdict
 * @property {string} [code]  the server's
 * @property {string} [undoSentence]  the server's reason against the undo
 *
 * @typedef {import("./judge.js").Scan & StoredPart} StoredScan
 *
 * @typedef Shown  the content of the large field
 * @property {Partial<import("./judge.js").Verdict> & {sentence?: string}} verdict
 * @property {StoredScan} [scan]
 *
 * @typedef Status
 * @property {import("./judge.js").Roster & {expires: number} | null} roster
 * @property {number} time  the server's, as far as this phone knows it
 * @property {number} rosterAt  the time of the last download, or 0
 * @property {string} rosterTrouble  "" | network | signed_out
 * @property {string} syncTrouble  "" | network | server | device | signed_out
 * @property {boolean} durable  whether the store outlives the page
 */

const RECENT = 20;
const NAMES = 30;

function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

/** Draw a list again. A row that says the same stays: a finger may be on it, and a new row would lose the tap. */
function fill(list, nodes) {
  nodes.forEach((node, place) => {
    const old = list.children[place];
    if (!old) list.appendChild(node);
    else if (!old.isEqualNode(node)) list.replaceChild(node, old);
  });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
}

/** The page's large field, its lists and its notices. */
export class View {
  /**
   * @param {Record<string, any>} words the sentences in the operator's language
   * @param {string} zone the activity's time zone
   */
  constructor(words, zone) {
    /** @type {Record<string, any>} the elements by their `data-scanner` */
    this.page = {};
    document.querySelectorAll("[data-scanner]").forEach((node) => {
      this.page[node.getAttribute("data-scanner")] = node;
    });
    this.words = words;
    this.formatter = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  }

  // Words

  /** Return the time of day at the activity's place, from the server's milliseconds: 9:05. */
  clock(moment) {
    return this.formatter.format(new Date(moment)).replace(/^0/, "");
  }

  /** @param {StoredScan} scan */
  madeAt(scan) {
    return this.clock(scan.time ?? scan.made - scan.ahead);
  }

  /** Return the sentence for a code; some have another one after the server has refused the scan. */
  reason(code, refused = false) {
    const { codes } = this.words;
    if (!code) return "";
    return (refused && codes[`refused_${code}`]) || codes[code] || say(codes.other, { code });
  }

  /** @param {Direction} direction */
  done(direction) {
    return direction === "out" ? this.words.checkedOut : this.words.checkedIn;
  }

  /** @param {Direction} direction */
  notDone(direction) {
    return direction === "out" ? this.words.notCheckedOut : this.words.notCheckedIn;
  }

  // The large field

  /** @param {number} shows how often the field has had a new content */
  markFresh(shows) {
    const { verdict } = this.page;
    verdict.setAttribute("data-shown", String(shows));
    verdict.classList.remove("scan-fresh");
    void verdict.offsetWidth; // restarts the animation
    verdict.classList.add("scan-fresh");
  }

  /**
   * @param {Shown} shown
   * @param {StoredScan | null} last the scan that may be undone
   */
  drawVerdict({ verdict, scan }, last) {
    const { page, words } = this;
    const { person, direction } = verdict;
    const undone = scan?.undo;
    page.verdict.setAttribute("data-kind", undone ? "undone" : verdict.kind);
    page.verdict.setAttribute("data-code", verdict.code || "");
    page.name.textContent = person ? person.name : "";
    let what = "";
    let why = verdict.sentence || this.reason(verdict.code, Boolean(scan) && scan.outcome === "refused");
    if (undone) {
      what = scan.undo === "done" || scan.outcome === "refused" ? words.undone : words.undoing;
      why = scan.undo === "done" ? "" : scan.outcome === "refused" ? "" : words.undoLater;
    } else if (verdict.kind === "again") {
      what = say(direction === "out" ? words.alreadyOut : words.alreadyIn, { time: this.clock(verdict.since) });
    } else if (verdict.kind === "yes") {
      what = `${this.done(direction)} ${this.madeAt(scan)}`;
    } else if (verdict.kind === "no") {
      what = this.notDone(direction);
    }
    page.what.textContent = what;
    page.why.textContent = why;
    if (scan?.undoSentence) page.why.textContent = scan.undoSentence;
    page.undo.hidden = !(last && scan && last.id === scan.id);
    page.insist.hidden = verdict.kind !== "again";
    page.insist.textContent = direction === "out" ? words.insistIn : words.insistOut;
  }

  // The lists

  /** @param {StoredScan} scan */
  stateOf(scan) {
    const { words } = this;
    if (scan.undo === "done") return ["undone", words.undone];
    if (scan.undo && scan.outcome === "refused") return ["undone", words.undone];
    if (scan.undo) return ["waiting", words.undoing];
    if (!scan.outcome) return ["waiting", words.waiting];
    if (scan.outcome === "refused") return ["refused", words.refused];
    return ["sent", words.sent];
  }

  /**
   * @param {StoredScan} scan
   * @param {Board | null} board
   */
  listItem(scan, board) {
    const [state, word] = this.stateOf(scan);
    const refused = scan.outcome === "refused";
    const person = board?.personOf(scan);
    const row = element("li", "row");
    row.setAttribute("data-scan", scan.id);
    row.setAttribute("data-state", state);
    const text = element("div", "row-text");
    const act = refused ? this.notDone(scan.direction) : this.done(scan.direction);
    text.append(
      element("span", "row-title", scan.name || (person ? person.name : this.words.unknown)),
      element("span", "row-note number", `${act} ${this.madeAt(scan)}`),
    );
    [this.reason(scan.outcome ? scan.code : scan.remark, refused), scan.undoSentence]
      .filter(Boolean)
      .forEach((sentence) => text.append(element("span", "row-note", sentence)));
    const side = element("div", "row-side");
    side.append(element("span", `chip scan-chip-${state}`, word));
    row.append(text, side);
    return row;
  }

  /**
   * @param {{all: StoredScan[], recent: StoredScan[], exported: StoredScan[]}} scans `recent`: this activity's, the
   *   latest first; `exported`: those that a file would hold
   * @param {Board | null} board
   */
  drawLists({ all, recent, exported }, board) {
    const { page, words } = this;
    const item = (scan) => this.listItem(scan, board);
    const refused = all.filter((scan) => scan.outcome === "refused" && !scan.undo);
    const waiting = all.filter((scan) => isWaiting(scan));
    fill(page.recent, recent.slice(0, RECENT).map(item));
    page.recentEmpty.hidden = recent.length > 0;
    fill(page.refused, refused.map(item));
    page.refusedBox.hidden = !refused.length;
    page.count.setAttribute("data-count", String(waiting.length));
    page.count.textContent = waiting.length ? say(words.unsent, { n: waiting.length }) : words.allSent;
    page.bar.classList.toggle("scan-bar-waiting", waiting.length > 0);
    page.send.hidden = !waiting.length && !all.some(wantsUndo);
    page.exportBox.hidden = !exported.length;
  }

  /**
   * @param {Person} person
   * @param {Choice} choice
   */
  nameItem(person, choice) {
    const { words } = this;
    const row = element("li", "row");
    const button = /** @type {HTMLButtonElement} */ (element("button", "scan-name"));
    const direction = choice === "auto" ? (person.since === null ? "in" : "out") : choice;
    button.type = "button";
    button.setAttribute("data-tick", person.tick);
    const who = element("span", "scan-name-who");
    who.append(element("b", "", person.name), element("span", "row-note number", person.number));
    if (person.since !== null)
      who.append(element("span", "row-note", say(words.since, { time: this.clock(person.since) })));
    button.append(who, element("span", "scan-name-act", direction === "out" ? words.checkOut : words.checkIn));
    row.append(button);
    return row;
  }

  /**
   * @param {Person[]} found
   * @param {Choice} choice
   */
  drawNames(found, choice) {
    const { page, words } = this;
    fill(
      page.names,
      found.slice(0, NAMES).map((person) => this.nameItem(person, choice)),
    );
    page.more.hidden = found.length <= NAMES;
    page.more.textContent = say(words.more, { n: found.length - NAMES });
    page.nobody.hidden = found.length > 0;
  }

  // The notices

  /** @param {Status} status */
  drawStatus({ roster, time, rosterAt, rosterTrouble, syncTrouble, durable }) {
    const { page, words } = this;
    const offline = !navigator.onLine || rosterTrouble === "network" || syncTrouble === "network";
    page.network.setAttribute("data-network", offline ? "off" : "on");
    page.network.textContent = offline ? words.offline : words.online;
    page.waysHelp.hidden = !offline;
    const notices = [];
    if (!durable) notices.push(["memory", words.memory]);
    if (!roster) notices.push(["roster", rosterAt ? words.noRoster : words.loading]);
    else if (roster.expires < time) notices.push(["expired", words.expired]);
    if (rosterTrouble === "signed_out" || syncTrouble === "signed_out") notices.push(["signed_out", words.signedOut]);
    if (syncTrouble === "device") notices.push(["device", words.deviceTrouble]);
    if (syncTrouble === "server") notices.push(["server", words.serverTrouble]);
    const text = notices.map(([, sentence]) => sentence).join(" ");
    page.notice.hidden = !notices.length;
    page.notice.setAttribute("data-notice", notices.map(([code]) => code).join(" "));
    if (page.noticeText.textContent !== text) page.noticeText.textContent = text;
    page.signIn.hidden = !notices.some(([code]) => code === "signed_out");
    page.rosterText.textContent = roster
      ? say(words.roster, { n: roster.people.length, time: this.clock(roster.now) })
      : "";
  }

  /** @param {string} trouble the camera's, or "" */
  drawCamera(trouble) {
    const { page, words } = this;
    page.camera.setAttribute("data-camera", trouble || "on");
    page.cameraTrouble.textContent = trouble ? words[`camera_${trouble}`] : "";
    page.cameraHelp.hidden = !trouble;
    page.cameraAgain.hidden = trouble === "insecure";
    if (trouble) page.aim.hidden = true;
    if (trouble) page.typing.open = true;
  }

  /** @param {boolean} sound whether the page may make a sound */
  drawSound(sound) {
    const { page, words } = this;
    page.sound.setAttribute("aria-pressed", String(sound));
    page.sound.textContent = sound ? words.soundOn : words.soundOff;
  }
}
