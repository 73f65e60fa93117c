// @ts-check
// From the phone to the server. A scan leaves the queue only by its own result; after any other answer it waits.
import { readClocks } from "./clock.js";

const BATCH = 200;
const PATIENCE = 30000; // milliseconds

export const isWaiting = (scan) => !scan.outcome;
export const wantsUndo = (scan) =>
  scan.undo === "wanted" && (scan.outcome === "accepted" || scan.outcome === "duplicate");

/** Send a request with a time limit. It follows no redirect, which would lead to the sign-in page. */
async function ask(url, options) {
  const controller = window.AbortController ? new AbortController() : null;
  const timer = controller && setTimeout(() => controller.abort(), PATIENCE);
  try {
    return await fetch(url, {
      redirect: "manual",
      cache: "no-store",
      ...options,
      signal: controller ? controller.signal : undefined,
    });
  } finally {
    clearTimeout(timer);
  }
}

function csrfToken() {
  const [, token] = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie) || [];
  return token || "";
}

const signedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;

function post(url, fields) {
  return ask(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
}

/** Download the roster: `{roster}`, or `{trouble: "signed_out" | "network"}`. */
export async function fetchRoster(url, device) {
  const asked = readClocks();
  const { run, steady } = asked;
  try {
    const answer = await post(url, {
      now: String(asked.wall),
      run,
      steady: String(steady),
      ...(device ? { device } : {}),
    });
    if (signedOut(answer)) return { trouble: "signed_out" };
    if (!answer.ok) return { trouble: "network" };
    const roster = await answer.json();
    const answered = readClocks();
    return {
      roster: {
        ...roster,
        asked: asked.wall,
        ahead: (asked.wall + answered.wall) / 2 - roster.now,
        run,
        steady,
      },
    };
  } catch {
    return { trouble: "network" };
  }
}

export class Sync {
  /** `addresses`: {sync, undo}; `undo` has a 0 in place of the activity. `changed()` is called after every change. */
  constructor(store, addresses, changed) {
    this.store = store;
    this.addresses = addresses;
    this.changed = changed;
    this.trouble = ""; // trouble of the last try: "" | network | server | device | signed_out
    this.running = null;
    this.again = false;
  }

  /** Send the queue. Only one run at a time: a call during a run starts another one after it. */
  flush() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.alone(() => this.send())
      .catch(() => {
        this.trouble = "server";
      })
      .then(() => {
        this.running = null;
        this.changed();
        if (!this.again) return undefined;
        this.again = false;
        return this.flush();
      });
    return this.running;
  }

  /**
   * If the browser has locks, two tabs do not send the same scans at once; the ids prevent doubles everywhere. A tab
   * that had to wait finds the results of the other in the store. It does not wait for ever.
   */
  alone(work) {
    if (!navigator.locks || !window.AbortController) return work();
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 2 * PATIENCE);
    const mine = () => {
      clearTimeout(timer);
      return work();
    };
    return navigator.locks
      .request("scanner-sync", { signal: controller.signal }, mine)
      .catch((error) => (error.name === "AbortError" ? mine() : Promise.reject(error)));
  }

  async send() {
    const scans = Object.values(await this.store.all("scan:"));
    const waiting = scans.filter(isWaiting).sort((one, other) => one.n - other.n);
    const troubles = [];
    for (const device of new Set(waiting.map((scan) => scan.device))) {
      const stored = await this.store.get(`device:${device}`);
      if (!stored) {
        troubles.push("device");
        continue;
      }
      const own = waiting.filter((scan) => scan.device === device);
      for (let start = 0; start < own.length; start += BATCH) {
        const trouble = await this.sendBatch(device, stored.token, own.slice(start, start + BATCH));
        if (trouble) troubles.push(trouble);
        if (trouble === "network" || trouble === "device") break;
      }
    }
    if (!troubles.includes("network")) troubles.push(...(await this.sendUndos()));
    this.trouble = ["network", "server", "device", "signed_out"].find((each) => troubles.includes(each)) || "";
  }

  /** Return the trouble, or an empty text. */
  async sendBatch(device, token, scans) {
    const { wall, run, steady } = readClocks();
    let answer;
    try {
      answer = await ask(this.addresses.sync, {
        method: "POST",
        credentials: "omit",
        headers: { Authorization: `Device ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ device, sent_at: new Date(wall).toISOString(), run, steady, scans: scans.map(asSent) }),
      });
    } catch {
      return "network";
    }
    if (answer.status === 401) return "device";
    // An unreadable scan must not hold up the others.
    if (answer.status === 400 && scans.length > 1) {
      const half = Math.ceil(scans.length / 2);
      const first = await this.sendBatch(device, token, scans.slice(0, half));
      const second = await this.sendBatch(device, token, scans.slice(half));
      return first || second;
    }
    if (answer.status !== 200) return "server";
    let results;
    try {
      ({ results } = await answer.json());
    } catch {
      return "network"; // broken off half-way
    }
    if (!Array.isArray(results)) return "server";
    const sent = new Set(scans.map((scan) => scan.id));
    for (const result of results) {
      if (!sent.has(result.id) || !["accepted", "duplicate", "refused"].includes(result.outcome)) continue;
      const { code = "", flags = [], visit = null } = result;
      // The answer to a scan that was refused before and whose first answer was lost.
      const outcome = result.outcome === "duplicate" && code && !flags.includes(code) ? "refused" : result.outcome;
      const { wall: answered, ...answeredBy } = readClocks();
      await this.store.change(result.id, { outcome, code, flags, visit, answered, answeredBy });
    }
    this.changed();
    return results.length < scans.length ? "server" : "";
  }

  async sendUndos() {
    const wanted = Object.values(await this.store.all("scan:")).filter(wantsUndo);
    const troubles = [];
    for (const scan of wanted) {
      try {
        const answer = await post(this.addresses.undo.replace("/0/", `/${scan.activity}/`), { scan: scan.id });
        if (answer.status === 200 && (await answer.json()).annulled) {
          await this.store.change(scan.id, { undo: "done", undone: Date.now() });
        } else if (answer.status === 409) {
          const { code, sentence } = await answer.json();
          await this.store.change(scan.id, { undo: "", undoRefused: code, undoSentence: sentence });
        } else {
          troubles.push(signedOut(answer) || answer.status === 404 ? "signed_out" : "server");
        }
      } catch {
        return ["network"];
      }
    }
    return troubles;
  }
}

/** Return the part of a stored scan that is sent and exported. Scans that 0.1.0 stored have no steady clock. */
export function asSent({ v, id, n, checkpoint, card, tick, direction, at, run, steady, seen, mac, set_back: setBack }) {
  const who = card ? { card } : { tick };
  const doubt = setBack ? { set_back: true } : {};
  return { ...(v ? { v, run, steady, seen } : {}), id, n, checkpoint, ...who, direction, at, mac, ...doubt };
}
