// @ts-check
// The staff scanner's page: it judges by the roster on this phone, stores on its disk, and sends when it has a network.
import { Camera, Reader } from "./camera.js";
import { readClocks, serverTime, wasMoved } from "./clock.js";
import { Feedback, stayAwake } from "./feedback.js";
import { saveQueue } from "./files.js";
import { Board, inOrder } from "./judge.js";
import { macOf, randomId, readCode } from "./keys.js";
import { openStore } from "./store.js";
import { fetchRoster, isWaiting, Sync } from "./sync.js";
import { tidy } from "./tidy.js";
import { View } from "./view.js";
import { ClockWatch } from "./watch.js";

const config = JSON.parse(document.getElementById("scanner-config").textContent);
const { activity, addresses, words } = config;
const view = new View(words, config.zone);
const { page } = view;
for (const part of [page.columns, page.bar, page.network]) part.hidden = false; // without scripts, nothing here works

const SECOND = 1000;
const FLUSH_EVERY = 15 * SECOND;
const ROSTER_EVERY = 5 * 60 * SECOND;
const UNDO_WITHIN = 15 * 60 * SECOND;

const feedback = new Feedback();
const reader = new Reader(addresses.decoder);
let store;
let sync;
let watch;
let roster = null;
let board = null;
let everything = []; // all scans on this phone, of every activity
let shown = null; // the content of the large field: {scan?, verdict}
let shows = 0;
let rosterTrouble = "";
let rosterAt = 0;
let cameraTrouble = "";
let clocksAt = readClocks();

// Acts run one after the other, so that reading the store never misses a scan that is being stored.
let turn = Promise.resolve();
function inTurn(work) {
  const result = turn.then(work);
  turn = result.catch((error) => {
    console.error(error);
  });
  return result;
}

// Scans

/** @returns {import("./judge.js").Choice} */
const choice = () => /** @type {any} */ (document.querySelector("[name=direction]:checked")).value;

/** Judge, store and show a scan of a card or a tick on the roster. */
function take(what) {
  // Take the direction of this moment: a slow phone may run this after a tap has changed it for the next scan.
  const clocks = readClocks();
  const chosen = choice();
  return inTurn(async () => {
    if (!board) {
      show({ verdict: { kind: "no", sentence: words.noRoster } });
      return;
    }
    const verdict = board.judge({ choice: chosen, ...clocks, now: clocks.wall, ...what });
    if (!verdict.queue) {
      show({ verdict, what });
      return;
    }
    let scan;
    try {
      scan = await store.add(roster.device, (n) => makeScan(n, what, verdict, clocks));
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

function makeScan(n, { card = "", tick = "" }, verdict, clocks) {
  const { person } = verdict;
  const scan = {
    v: 2,
    id: randomId(),
    n,
    device: roster.device,
    checkpoint: roster.checkpoint,
    card,
    tick: card ? "" : tick,
    direction: verdict.direction,
    at: new Date(clocks.wall).toISOString(),
    run: clocks.run,
    steady: clocks.steady,
    seen: roster.now,
    // The rest is stored on this phone alone:
    activity,
    made: clocks.wall,
    time: serverTime(clocks, roster),
    ahead: roster.ahead,
    person: person ? person.tick : "",
    name: person ? person.name : "",
    denied: verdict.kind === "no",
    remark: verdict.code,
    before: verdict.since,
    outcome: "",
    set_back: watch.setBack,
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
  return everything.filter((scan) => scan.activity === activity).sort((one, other) => inOrder(other, one));
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
        const { device, token, expires, ahead } = answer.roster;
        await store.set(`device:${device}`, { token, expires, ahead });
        await store.set(`roster:${activity}`, answer.roster);
      } catch {
        store.durable = false; // full: the page continues in memory and says so
      }
      roster = answer.roster;
      await watch.met();
    });
  }
  await refresh();
}

// Rendering

function show(next) {
  shown = next;
  shows += 1;
  view.markFresh(shows);
  feedback.give(next.verdict.kind);
  page.aim.hidden = true;
  renderVerdict();
  renderLists();
}

function renderVerdict() {
  if (shown) view.drawVerdict(shown, undoable());
}

function renderLists() {
  view.drawLists({ all: everything, recent: mine(), exported: toExport() }, board);
}

function renderNames() {
  if (board && page.typing.open) view.drawNames(board.find(page.typed.value), choice());
}

function renderStatus() {
  const time = roster ? serverTime(readClocks(), roster) : 0;
  view.drawStatus({ roster, time, rosterAt, rosterTrouble, syncTrouble: sync.trouble, durable: store.durable });
}

function renderSound() {
  view.drawSound(feedback.sound);
}

function render() {
  renderVerdict();
  renderLists();
  renderNames();
  renderStatus();
}

// The queue as a file

const toExport = () => everything.filter((scan) => (isWaiting(scan) && !scan.undo) || scan.code === "device_refused");

// The camera

const camera = new Camera(page.video, reader, {
  seen: readText,
  trouble(why) {
    cameraTrouble = why;
    view.drawCamera(why);
  },
});

// Opening without a network: only if the browser stores pages; an open page does not need it.
async function keepPage() {
  if (!navigator.serviceWorker || !window.caches) return;
  try {
    await navigator.serviceWorker.register(addresses.worker);
    const worker = navigator.serviceWorker.controller; // of this page: perhaps the one of the site's other pages
    if (worker && new URL(worker.scriptURL).pathname === addresses.worker) return;
    const answer = await fetch(location.pathname, { credentials: "same-origin", redirect: "manual" });
    if (answer.ok) await (await caches.open("scanner")).put(location.pathname, answer);
    await navigator.serviceWorker.ready; // before that, the next opening would ask the network
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
  page.export.addEventListener("click", () => saveQueue(toExport()));
  page.cameraAgain.addEventListener("click", () => camera.start());
  page.cameraEnough.addEventListener("click", () => {
    page.camera.hidden = true;
  });
  // Without a network, another page would be the browser's error page: stay, the sentence above says why.
  [page.ways, page.otherWays].forEach((ways) => {
    ways.addEventListener("click", (event) => {
      if (page.waysHelp.hidden || !event.target.closest("a")) return;
      event.preventDefault();
      page.waysHelp.scrollIntoView({ block: "center" });
    });
  });
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
  window.addEventListener("online", async () => {
    await watchClock();
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
    watchClock().then(() => sync.flush());
    if (Date.now() - rosterAt > 60 * SECOND) loadRoster();
  });
}

/** Tell the server both clocks again, as soon as the phone woke or its clock was set. */
async function watchClock() {
  await inTurn(() => watch.look());
  const before = clocksAt;
  clocksAt = readClocks();
  if (wasMoved(before, clocksAt)) loadRoster();
}

/** A network may come back without an event of the browser: the mast had failed, or the server. */
function tryAgain() {
  watchClock().then(() => sync.flush());
  if (rosterTrouble === "network" && !page.reload.disabled && document.visibilityState === "visible") loadRoster();
}

async function open() {
  store = await openStore();
  sync = new Sync(store, addresses, refresh);
  watch = new ClockWatch(store);
  feedback.sound = (await store.get("sound")) !== false;
  roster = (await store.get(`roster:${activity}`)) || null;
  await tidy(store, activity, Date.now());
  await watch.look();
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
