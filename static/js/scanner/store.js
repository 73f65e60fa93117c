// @ts-check
// The phone's store: rosters, devices, scans. One database holds all activities, so that the page of the next activity
// sends the scans that an earlier one left unsent.
//
//   roster:<activity>   the roster, and the time of its request (by the device's clock)
//   device:<key>        {token, expires} of every device key that this phone has had
//   number:<key>        the last number that this device has given a scan
//   scan:<id>           a scan and its result
//   clock               both clocks when the page last looked, and whether they were set back since the last contact
//   sound               false when it is switched off
import { createStore } from "idb-keyval";

const PATIENCE = 4000; // milliseconds: some browsers never answer

export async function openStore() {
  try {
    const store = new DurableStore();
    await Promise.race([
      store.get("sound"),
      new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE)),
    ]);
    return store;
  } catch {
    return new MemoryStore();
  }
}

class DurableStore {
  constructor() {
    this.durable = true;
    this.use = createStore("scanner", "scanner");
  }

  /** Run `work(objects)` in one transaction; its `finish` sets the result. It settles when the data is on disk. */
  transaction(mode, work) {
    return this.use("readonly", (first) => {
      const { db } = first.transaction;
      return new Promise((resolve, reject) => {
        // Old browsers ignore the third argument; without it, new ones would leave the scan in memory for a while.
        const transaction = db.transaction("scanner", mode, { durability: "strict" });
        let result;
        transaction.oncomplete = () => resolve(result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error || new Error("aborted"));
        work(transaction.objectStore("scanner"), (value) => {
          result = value;
        });
      });
    });
  }

  get(key) {
    return this.transaction("readonly", (objects, finish) => {
      objects.get(key).onsuccess = (event) => finish(event.target.result);
    });
  }

  set(key, value) {
    return this.transaction("readwrite", (objects) => {
      objects.put(value, key);
    });
  }

  remove(key) {
    return this.transaction("readwrite", (objects) => {
      objects.delete(key);
    });
  }

  /** Return `{key: value}` of all keys that begin with `prefix`. */
  all(prefix) {
    return this.transaction("readonly", (objects, finish) => {
      const found = {};
      finish(found);
      objects.openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`)).onsuccess = (event) => {
        const cursor = event.target.result;
        if (!cursor) return;
        found[cursor.key] = cursor.value;
        cursor.continue();
      };
    });
  }

  /** Store the scan that `make(n)` returns, with the device's next number: both or neither. */
  add(device, make) {
    return this.transaction("readwrite", (objects, finish) => {
      objects.get(`number:${device}`).onsuccess = (event) => {
        const n = (event.target.result || 0) + 1;
        const scan = make(n);
        objects.put(n, `number:${device}`);
        objects.put(scan, `scan:${scan.id}`);
        finish(scan);
      };
    });
  }

  /** Write `changes` into the stored scan, and keep the changes of other tabs. */
  change(id, changes) {
    return this.transaction("readwrite", (objects, finish) => {
      objects.get(`scan:${id}`).onsuccess = (event) => {
        if (!event.target.result) return;
        const scan = { ...event.target.result, ...changes };
        objects.put(scan, `scan:${id}`);
        finish(scan);
      };
    });
  }
}

/** The store of a browser without storage: scans live as long as the page, and the page says so. */
class MemoryStore {
  constructor() {
    this.durable = false;
    this.values = new Map();
  }

  async get(key) {
    return this.values.get(key);
  }
  async set(key, value) {
    this.values.set(key, value);
  }
  async remove(key) {
    this.values.delete(key);
  }

  async all(prefix) {
    const found = {};
    this.values.forEach((value, key) => {
      if (key.startsWith(prefix)) found[key] = value;
    });
    return found;
  }

  async add(device, make) {
    const n = (this.values.get(`number:${device}`) || 0) + 1;
    const scan = make(n);
    this.values.set(`number:${device}`, n);
    this.values.set(`scan:${scan.id}`, scan);
    return scan;
  }

  async change(id, changes) {
    const stored = this.values.get(`scan:${id}`);
    if (!stored) return undefined;
    const scan = { ...stored, ...changes };
    this.values.set(`scan:${id}`, scan);
    return scan;
  }
}
