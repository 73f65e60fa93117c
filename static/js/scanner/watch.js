// @ts-check
// What the page saw of its wall clock, also before it was loaded again. A clock that shows less than it did was set
// back: no contact can then prove the times between, and scans that wait are sent with the mark `set_back`.
import { readClocks, wasSetBack } from "./clock.js";
import { isWaiting } from "./sync.js";

export class ClockWatch {
  /** @param {() => import("./clock.js").Clocks} [read] */
  constructor(store, read = readClocks) {
    this.store = store;
    this.read = read;
    this.setBack = false; // since the last contact: new scans carry the mark, too
  }

  /** Compare the clock with the one last seen and with those of waiting scans, and mark these if it was set back. */
  async look() {
    const now = this.read();
    const last = await this.store.get("clock");
    const waiting = Object.values(await this.store.all("scan:")).filter((scan) => isWaiting(scan) && !scan.set_back);
    const seen = waiting.map(({ made, run, steady }) => ({ wall: made, run, steady }));
    if (last) {
      this.setBack ||= Boolean(last.setBack);
      seen.push(last);
    }
    if (seen.some((clocks) => wasSetBack(clocks, now))) {
      this.setBack = true;
      for (const { id } of waiting) await this.store.change(id, { set_back: true });
    }
    await this.keep(now);
  }

  /** The server has read both clocks: times from now on can be proven again. */
  async met() {
    this.setBack = false;
    await this.keep(this.read());
  }

  async keep(now) {
    try {
      await this.store.set("clock", { ...now, setBack: this.setBack });
    } catch {
      // full: the page itself goes on
    }
  }
}
