// @ts-check
// The staff scanner's page: it judges by the roster on this phone, stores on its disk, and sends when it has a network.
import { Camera, Reader } from "./camera.js";
import { Feedback, stayAwake } from "./feedback.js";
import { Board } from "./judge.js";
import { macOf, randomId, readCode } from "./keys.js";
import { openStore } from "./store.js";
import { asSent, fetchRoster, isWaiting, Sync, wantsUndo } from "./sync.js";

const config = JSON.parse(document.getElementById("scanner-config").textContent);
const { activity, addresses, words } = config;
const page = {};
document.querySelectorAll("[data-scanner]").forEach((node) => {
  page[node.getAttribute("data-scanner")] = node;
});

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const FLUSH_EVERY = 15 * SECOND;
const ROSTER_EVERY = 5 * 60 * SECOND;
const UNDO_WITHIN = 15 * 60 * SECOND;
const RECENT = 20;
const NAMES = 30;

const feedback = new Feedback();
const reader = new Reader(addresses.decoder);
let store;
let sync;
let roster = null;
let board = null;
let everything = []; // all scans on this phone, of every activity
let shown = null; // the content of the large field: {scan?, verdict}
let shows = 0;
let rosterTrouble = "";
let rosterAt = 0;
let cameraTrouble = "";

// Acts run one after the other, so that reading the store never misses a scan that is being stored.
let turn = Promise.resolve();
function inTurn(work) {
  const result = turn.then(work);
  turn = result.catch((error) => {
    console.error(error);
  });
  return result;
}

// Words

function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const formatter = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: config.zone });
/** Return the time of day at the activity's place, from the server's milliseconds: 9:05. */
const clock = (moment) => formatter.format(new Date(moment)).replace(/^0/, "");
const madeAt = (scan) => clock(scan.made - scan.ahead);
/** Return the sentence for a code; some have another one after the server has refused the scan. */
function reason(code, refused = false) {
  if (!code) return "";
  return (refused && words.codes[`refused_${code}`]) || words.codes[code] || say(words.codes.other, { code });
}
const done = (direction) => (direction === "out" ? words.checkedOut : words.checkedIn);
const notDone = (direction) => (direction === "out" ? words.notCheckedOut : words.notCheckedIn);

// Scans

/** @returns {import("./judge.js").Choice} */
const choice = () => /** @type {any} */ (document.querySelector("[name=direction]:checked")).value;

/** Judge, store and show a scan of a card or a tick on the roster. */
function take(what) {
  // Take the direction of this moment: a slow phone may run this after a tap has changed it for the next scan.
  const now = Date.now();
  const chosen = choice();
  return inTurn(async () => {
    if (!board) {
      show({ verdict: { kind: "no", sentence: words.noRoster } });
      return;
    }
    const verdict = board.judge({ choice: chosen, now, ...what });
    if (!verdict.queue) {
      show({ verdict, what });
      return;
    }
    let scan;
    try {
      scan = await store.add(roster.device, (n) => makeScan(n, what, verdict, now));
    } catch {
      show({ verdict: { kind: "no", sentence: words.notKept } });
      return;
    }
    everything.push(scan);
    board.apply(scan);
    show({ verdict, scan, what });
    sync.flush();
  });
}

function makeScan(n, { card = "", tick = "" }, verdict, now) {
  const { person } = verdict;
  const scan = {
    id: randomId(),
    n,
    device: roster.device,
    checkpoint: roster.checkpoint,
    card,
    tick: card ? "" : tick,
    direction: verdict.direction,
    at: new Date(now).toISOString(),
    // The rest is stored on this phone alone:
    activity,
    made: now,
    ahead: roster.ahead,
    person: person ? person.tick : "",
    name: person ? person.name : "",
    denied: verdict.kind === "no",
    remark: verdict.code,
    before: verdict.since,
    outcome: "",
  };
  scan.mac = macOf(roster.key, scan);
  return scan;
}

function readText(text) {
  const code = readCode(text);
  if (code.card) return take({ card: code.card });
  return show({ verdict: { kind: "no", sentence: words[`not_${code.other}`] } });
}

async function undo() {
  if (!shown?.scan) return;
  const { id } = shown.scan;
  await store.change(id, { undo: "wanted" });
  await refresh();
  sync.flush();
}

/** Return the scan that may be undone: the last one made here, unless it was refused or is too old. */
function undoable() {
  const last = mine()[0];
  if (!last || last.undo || last.undoRefused) return null;
  if (last.outcome ? last.outcome === "refused" : last.denied) return null;
  return last.answered && Date.now() - last.answered > UNDO_WITHIN ? null : last;
}

/** Return this activity's scans, the latest first. */
function mine() {
  return everything
    .filter((scan) => scan.activity === activity)
    .sort((one, other) => other.made - one.made || other.n - one.n);
}

// Read the store again

function refresh() {
  return inTurn(async () => {
    everything = Object.values(await store.all("scan:"));
    if (roster) board = new Board(roster, mine());
    const stored = shown?.scan && everything.find((scan) => scan.id === shown.scan.id);
    if (stored) {
      const isNews = stored.outcome && !shown.scan.outcome && !stored.undo;
      shown.scan = stored;
      // The server decides: yesterday's roster lacks a card of today.
      const kind = stored.outcome === "refused" ? "no" : "yes";
      if (isNews && kind !== shown.verdict.kind) {
        const person = board?.personOf(stored);
        show({ ...shown, verdict: { ...shown.verdict, person, kind, code: stored.code } });
      }
      if (isNews && kind === "yes" && !stored.person && !shown.verdict.person) loadRoster();
    }
    render();
  });
}

/** Delete scans that were answered long ago. Scans that no server has accepted stay. */
async function tidy() {
  const old = Date.now() - 2 * DAY;
  const scans = Object.values(await store.all("scan:"));
  const over = scans.filter(
    (scan) => scan.outcome && scan.answered < old && scan.code !== "device_refused" && !wantsUndo(scan),
  );
  await Promise.all(over.map((scan) => store.remove(`scan:${scan.id}`)));
  const waiting = new Set(scans.filter(isWaiting).map((scan) => scan.device));
  const rosters = await store.all("roster:");
  const devices = await store.all("device:");
  // Names are deleted when they are of no more use.
  await Promise.all(
    Object.keys(rosters)
      .filter((key) => rosters[key].expires < old && key !== `roster:${activity}`)
      .map((key) => store.remove(key)),
  );
  await Promise.all(
    Object.keys(devices)
      .filter((key) => devices[key].expires < old && !waiting.has(key.slice("device:".length)))
      .map((key) => store.remove(key)),
  );
}

// The roster

let loading = null;
/** Several requests at once become one. */
function loadRoster() {
  if (!loading)
    loading = downloadRoster().then(() => {
      loading = null;
    });
  return loading;
}

async function downloadRoster() {
  page.reload.disabled = true;
  const answer = await fetchRoster(addresses.roster, roster ? roster.device : "");
  page.reload.disabled = false;
  rosterTrouble = answer.trouble || "";
  rosterAt = Date.now();
  if (answer.roster) {
    await inTurn(async () => {
      try {
        const { device, token, expires } = answer.roster;
        await store.set(`device:${device}`, { token, expires });
        await store.set(`roster:${activity}`, answer.roster);
      } catch {
        store.durable = false; // full: the page continues in memory and says so
      }
      roster = answer.roster;
    });
  }
  await refresh();
}

// Rendering

function show(next) {
  shown = next;
  shows += 1;
  page.verdict.setAttribute("data-shown", String(shows));
  const { kind } = next.verdict;
  page.verdict.classList.remove("scan-fresh");
  void page.verdict.offsetWidth; // restarts the animation
  page.verdict.classList.add("scan-fresh");
  feedback.give(kind);
  page.aim.hidden = true;
  renderVerdict();
  renderLists();
}

function renderVerdict() {
  if (!shown) return;
  const { verdict, scan } = shown;
  const { person, direction } = verdict;
  const undone = scan?.undo;
  page.verdict.setAttribute("data-kind", undone ? "undone" : verdict.kind);
  page.verdict.setAttribute("data-code", verdict.code || "");
  page.name.textContent = person ? person.name : "";
  let what = "";
  let why = verdict.sentence || reason(verdict.code, Boolean(scan) && scan.outcome === "refused");
  if (undone) {
    what = scan.undo === "done" || scan.outcome === "refused" ? words.undone : words.undoing;
    why = scan.undo === "done" ? "" : scan.outcome === "refused" ? "" : words.undoLater;
  } else if (verdict.kind === "again") {
    what = say(direction === "out" ? words.alreadyOut : words.alreadyIn, { time: clock(verdict.since) });
  } else if (verdict.kind === "yes") {
    what = `${done(direction)} ${madeAt(scan)}`;
  } else if (verdict.kind === "no") {
    what = notDone(direction);
  }
  page.what.textContent = what;
  page.why.textContent = why;
  if (scan?.undoSentence) page.why.textContent = scan.undoSentence;
  const last = undoable();
  page.undo.hidden = !(last && scan && last.id === scan.id);
  page.insist.hidden = verdict.kind !== "again";
  page.insist.textContent = direction === "out" ? words.insistIn : words.insistOut;
}

function stateOf(scan) {
  if (scan.undo === "done") return ["undone", words.undone];
  if (scan.undo && scan.outcome === "refused") return ["undone", words.undone];
  if (scan.undo) return ["waiting", words.undoing];
  if (!scan.outcome) return ["waiting", words.waiting];
  if (scan.outcome === "refused") return ["refused", words.refused];
  return ["sent", words.sent];
}

function listItem(scan) {
  const [state, word] = stateOf(scan);
  const refused = scan.outcome === "refused";
  const person = board?.personOf(scan);
  const row = element("li", "row");
  row.setAttribute("data-scan", scan.id);
  row.setAttribute("data-state", state);
  const text = element("div", "row-text");
  text.append(
    element("span", "row-title", scan.name || (person ? person.name : words.unknown)),
    element("span", "row-note number", `${(refused ? notDone : done)(scan.direction)} ${madeAt(scan)}`),
  );
  [reason(scan.outcome ? scan.code : scan.remark, refused), scan.undoSentence]
    .filter(Boolean)
    .forEach((sentence) => text.append(element("span", "row-note", sentence)));
  const side = element("div", "row-side");
  side.append(element("span", `chip scan-chip-${state}`, word));
  row.append(text, side);
  return row;
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

function fill(list, nodes) {
  list.textContent = "";
  nodes.forEach((node) => list.appendChild(node));
}

const toExport = () => everything.filter((scan) => (isWaiting(scan) && !scan.undo) || scan.code === "device_refused");

function renderLists() {
  const recent = mine();
  const refused = everything.filter((scan) => scan.outcome === "refused" && !scan.undo);
  const waiting = everything.filter((scan) => isWaiting(scan));
  fill(page.recent, recent.slice(0, RECENT).map(listItem));
  page.recentEmpty.hidden = recent.length > 0;
  fill(page.refused, refused.map(listItem));
  page.refusedBox.hidden = !refused.length;
  page.count.setAttribute("data-count", String(waiting.length));
  page.count.textContent = waiting.length ? say(words.unsent, { n: waiting.length }) : words.allSent;
  page.bar.classList.toggle("scan-bar-waiting", waiting.length > 0);
  page.send.hidden = !waiting.length && !everything.some(wantsUndo);
  page.exportBox.hidden = !toExport().length;
}

function renderNames() {
  if (!board || !page.typing.open) return;
  const found = board.find(page.typed.value);
  fill(
    page.names,
    found.slice(0, NAMES).map((person) => {
      const row = element("li", "row");
      const button = element("button", "scan-name");
      const direction = choice() === "auto" ? (person.since === null ? "in" : "out") : choice();
      button.type = "button";
      button.setAttribute("data-tick", person.tick);
      button.append(element("b", "", person.name), element("span", "row-note number", person.number));
      if (person.since !== null)
        button.append(element("span", "row-note", say(words.since, { time: clock(person.since) })));
      button.append(element("span", "scan-name-act", direction === "out" ? words.checkOut : words.checkIn));
      row.append(button);
      return row;
    }),
  );
  page.more.hidden = found.length <= NAMES;
  page.more.textContent = say(words.more, { n: found.length - NAMES });
  page.nobody.hidden = found.length > 0;
}

function renderStatus() {
  const offline = !navigator.onLine || rosterTrouble === "network" || sync.trouble === "network";
  page.network.setAttribute("data-network", offline ? "off" : "on");
  page.network.textContent = offline ? words.offline : words.online;
  const notices = [];
  if (!store.durable) notices.push(["memory", words.memory]);
  if (!roster) notices.push(["roster", rosterAt ? words.noRoster : words.loading]);
  else if (roster.expires < Date.now() - roster.ahead) notices.push(["expired", words.expired]);
  if (rosterTrouble === "signed_out" || sync.trouble === "signed_out") notices.push(["signed_out", words.signedOut]);
  if (sync.trouble === "device") notices.push(["device", words.deviceTrouble]);
  if (sync.trouble === "server") notices.push(["server", words.serverTrouble]);
  const text = notices.map(([, sentence]) => sentence).join(" ");
  page.notice.hidden = !notices.length;
  page.notice.setAttribute("data-notice", notices.map(([code]) => code).join(" "));
  if (page.noticeText.textContent !== text) page.noticeText.textContent = text;
  page.signIn.hidden = !notices.some(([code]) => code === "signed_out");
  page.rosterText.textContent = roster ? say(words.roster, { n: roster.people.length, time: clock(roster.now) }) : "";
}

function render() {
  renderVerdict();
  renderLists();
  renderNames();
  renderStatus();
}

// The queue as a file

function exportQueue() {
  const scans = toExport();
  new Set(scans.map((scan) => scan.device)).forEach((device) => {
    const own = scans.filter((scan) => scan.device === device).sort((one, other) => one.n - other.n);
    const exported = new Date().toISOString();
    const file = { version: 1, device, exported_at: exported, scans: own.map(asSent) };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
    link.download = `scans-${device}-${exported.slice(0, 16).replace(/\D/g, "")}.json`;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60 * SECOND);
  });
}

// The camera

const camera = new Camera(page.video, reader, {
  seen: readText,
  trouble(why) {
    cameraTrouble = why;
    page.camera.setAttribute("data-camera", why || "on");
    page.cameraTrouble.textContent = why ? words[`camera_${why}`] : "";
    page.cameraHelp.hidden = !why;
    page.cameraAgain.hidden = why === "insecure";
    if (why) page.aim.hidden = true;
    if (why) page.typing.open = true;
  },
});

// Opening without a network: only if the browser stores pages; an open page does not need it.
async function keepPage() {
  if (!navigator.serviceWorker || !window.caches) return;
  try {
    await navigator.serviceWorker.register(addresses.worker);
    if (navigator.serviceWorker.controller) return;
    const answer = await fetch(location.pathname, { credentials: "same-origin", redirect: "manual" });
    if (answer.ok) await (await caches.open("scanner")).put(location.pathname, answer);
    document.documentElement.setAttribute("data-kept", "");
  } catch {
    // as before
  }
}

function listen() {
  page.undo.addEventListener("click", undo);
  page.insist.addEventListener("click", () => {
    const { verdict, what } = shown;
    take({ ...what, insist: true, choice: verdict.direction === "out" ? "in" : "out" });
  });
  page.send.addEventListener("click", () => sync.flush());
  page.reload.addEventListener("click", loadRoster);
  page.export.addEventListener("click", exportQueue);
  page.cameraAgain.addEventListener("click", () => camera.start());
  page.photo.addEventListener("change", async () => {
    const [file] = page.photo.files;
    if (!file) return;
    page.photoLabel.classList.add("scan-busy");
    const text = await reader.readPhoto(file);
    page.photoLabel.classList.remove("scan-busy");
    page.photo.value = "";
    if (text) readText(text);
    else show({ verdict: { kind: "no", sentence: words.noCode } });
  });
  page.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = page.typed.value;
    const code = readCode(text);
    const found = board ? board.find(text) : [];
    if (code.card) take({ card: code.card });
    else if (text.trim() && found.length === 1) take({ tick: found[0].tick });
    else if (text.includes("/"))
      readText(text); // the address in a code that belongs to no card
    else {
      page.nobody.hidden = found.length > 0;
      return;
    }
    page.typed.value = "";
    page.typed.blur();
    renderNames();
    page.verdict.scrollIntoView({ block: "nearest" });
  });
  page.typed.addEventListener("input", renderNames);
  page.typing.addEventListener("toggle", renderNames);
  page.names.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick]");
    if (!button) return;
    take({ tick: button.getAttribute("data-tick") }).then(renderNames);
    page.typed.value = "";
    page.verdict.scrollIntoView({ block: "nearest" });
  });
  document.querySelectorAll("[name=direction]").forEach((input) => input.addEventListener("change", renderNames));
  page.sound.addEventListener("click", () => {
    feedback.sound = !feedback.sound;
    store.set("sound", feedback.sound).catch(() => {});
    renderSound();
    if (feedback.sound) feedback.give("yes");
  });
  window.addEventListener("online", () => {
    sync.flush();
    loadRoster();
  });
  window.addEventListener("offline", renderStatus);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") {
      camera.stop();
      return;
    }
    stayAwake();
    if (!cameraTrouble) camera.start();
    sync.flush();
    if (Date.now() - rosterAt > 60 * SECOND) loadRoster();
  });
}

function renderSound() {
  page.sound.setAttribute("aria-pressed", String(feedback.sound));
  page.sound.textContent = feedback.sound ? words.soundOn : words.soundOff;
}

/** A network may come back without an event of the browser: the mast had failed, or the server. */
function tryAgain() {
  sync.flush();
  if (rosterTrouble === "network" && !page.reload.disabled && document.visibilityState === "visible") loadRoster();
}

async function open() {
  store = await openStore();
  sync = new Sync(store, addresses, refresh);
  feedback.sound = (await store.get("sound")) !== false;
  roster = (await store.get(`roster:${activity}`)) || null;
  await tidy();
  await refresh();
  renderSound();
  listen();
  stayAwake();
  camera.start();
  if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
  document.documentElement.setAttribute("data-ready", "");
  await loadRoster();
  sync.flush();
  keepPage();
  setInterval(tryAgain, FLUSH_EVERY);
  setInterval(() => {
    if (document.visibilityState === "visible") loadRoster();
  }, ROSTER_EVERY);
}

open();
