// The phone's two clocks, and everything on the phone that rests on them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isBefore, passed, readClocks, serverTime, wasMoved, wasSetBack } from "../../static/js/scanner/clock.js";
import { fileOf } from "../../static/js/scanner/files.js";
import { Board, inOrder } from "../../static/js/scanner/judge.js";
import { macOf } from "../../static/js/scanner/keys.js";
import { openStore } from "../../static/js/scanner/store.js";
import { asSent } from "../../static/js/scanner/sync.js";
import { tidy } from "../../static/js/scanner/tidy.js";
import { ClockWatch } from "../../static/js/scanner/watch.js";

const NOW = Date.parse("2027-01-10T09:30:00+08:00");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** The clocks of one run, `after` milliseconds of it, while the wall clock is `ahead`. */
const clocks = (after, ahead = 0, run = "one") => ({ wall: NOW + after + ahead, run, steady: after });

describe("the server's time", () => {
  const anchor = { now: NOW, ahead: 0, run: "one", steady: 0 };

  test("follows the wall clock, corrected by what it was ahead at the download", () => {
    assert.equal(serverTime(clocks(HOUR, 3 * YEAR), { ...anchor, ahead: 3 * YEAR }), NOW + HOUR);
    assert.equal(serverTime({ wall: NOW + HOUR }, { now: NOW, ahead: 0 }), NOW + HOUR);
  });

  test("follows the wall clock after sleep, in which the steady clock stood still", () => {
    assert.equal(serverTime({ ...clocks(HOUR), steady: 10 * MINUTE }, anchor), NOW + HOUR);
  });

  test("follows the steady clock after the wall clock was set back", () => {
    assert.equal(serverTime(clocks(HOUR, -HOUR), anchor), NOW + HOUR);
    assert.equal(serverTime(clocks(HOUR, -DAY), anchor), NOW + HOUR);
  });

  test("follows the wall clock in another run of the page", () => {
    assert.equal(serverTime(clocks(HOUR, -MINUTE, "two"), anchor), NOW + HOUR - MINUTE);
  });
});

describe("between two moments", () => {
  test("the time is never negative", () => {
    assert.equal(passed(clocks(0), clocks(MINUTE)), MINUTE);
    assert.equal(passed(clocks(0), clocks(2 * MINUTE, -HOUR)), 2 * MINUTE);
    assert.equal(passed({ wall: NOW }, { wall: NOW - 1 }), Infinity);
  });

  test("the steady clock decides about the order within a run", () => {
    assert.equal(isBefore(clocks(0, HOUR), clocks(MINUTE)), true);
    assert.equal(isBefore(clocks(MINUTE), clocks(0, HOUR)), false);
    assert.equal(isBefore({ wall: NOW }, { wall: NOW + 1 }), true);
  });

  test("a clock that was set is noticed from a minute on, in one run", () => {
    assert.equal(wasMoved(clocks(0), clocks(HOUR, MINUTE)), false);
    assert.equal(wasMoved(clocks(0), clocks(HOUR, MINUTE + 1)), true);
    assert.equal(wasMoved(clocks(0), clocks(HOUR, -MINUTE - 1)), true);
    assert.equal(wasMoved(clocks(0), clocks(HOUR, DAY, "two")), false);
  });

  test("a clock that was surely set back is noticed, also in another run", () => {
    assert.equal(wasSetBack(clocks(HOUR), clocks(2 * HOUR, -MINUTE)), false);
    assert.equal(wasSetBack(clocks(HOUR), clocks(2 * HOUR, -MINUTE - 1)), true);
    assert.equal(wasSetBack(clocks(HOUR), clocks(2 * HOUR, DAY)), false);
    assert.equal(wasSetBack(clocks(HOUR, 2 * HOUR), { ...clocks(MINUTE), wall: NOW + 2 * HOUR, run: "two" }), true);
    assert.equal(wasSetBack(clocks(HOUR), { ...clocks(0), wall: NOW + HOUR, run: "two" }), false);
    assert.equal(wasSetBack({ wall: NOW + 2 * MINUTE }, clocks(0)), true);
  });

  test("a run has one name and counts forwards", () => {
    const [one, other] = [readClocks(), readClocks()];
    assert.match(one.run, /^[0-9a-f]{16}$/);
    assert.equal(one.run, other.run);
    assert.ok(Number.isInteger(one.steady) && one.steady <= other.steady);
  });
});

describe("judging after the clock was set", () => {
  const lin = { tick: "lin", card: null, name: "林**", number: "", expected: true, since: null, no: "" };
  const roster = {
    people: [lin],
    revoked: [],
    shifts: [{ opens: NOW - HOUR, closes: NOW + 2 * HOUR }],
    asked: NOW,
    ahead: 0,
    now: NOW,
    run: "one",
    steady: 0,
  };
  const made = { n: 1, made: NOW + 5 * MINUTE, time: NOW + 5 * MINUTE, run: "one", steady: 5 * MINUTE };
  const scan = { ...made, direction: "in", person: "lin" };
  const judge = (board, { wall, ...rest }) => board.judge({ tick: "lin", choice: "auto", now: wall, ...rest });

  test("an hour back, a check-out later in the morning is no repetition", () => {
    const verdict = judge(new Board(roster, [scan]), clocks(HOUR, -HOUR));
    assert.deepEqual([verdict.kind, verdict.direction], ["yes", "out"]);
  });

  test("an hour back or forward, a second scan at once is still the same act", () => {
    const again = judge(new Board(roster, [scan]), clocks(5 * MINUTE + 20_000, -HOUR));
    assert.deepEqual([again.kind, again.since], ["again", NOW + 5 * MINUTE]);
  });

  test("a day back, check-in is still open", () => {
    assert.equal(judge(new Board(roster, []), clocks(HOUR, -DAY)).code, "");
  });

  test("an answer that came before the roster was asked for is part of it", () => {
    const answered = { outcome: "accepted", answered: NOW + HOUR, answeredBy: { run: "one", steady: 6 * MINUTE } };
    const newer = { ...roster, asked: NOW + 7 * MINUTE, steady: 7 * MINUTE };
    assert.equal(new Board(newer, [{ ...scan, ...answered }]).people.get("lin").since, null);
  });

  test("the last scan stays the last one in the list", () => {
    const later = { ...scan, n: 2, made: NOW - HOUR, time: NOW - HOUR, steady: 9 * MINUTE };
    assert.deepEqual([later, scan].sort(inOrder), [scan, later]);
    const old = [
      { n: 2, made: NOW },
      { n: 1, made: NOW + 1 },
    ];
    assert.deepEqual(
      old.sort(inOrder).map(({ n }) => n),
      [2, 1],
    );
  });
});

describe("what is sent and saved", () => {
  const first = {
    id: "12345678-1234-4234-8234-123456789abc",
    n: 1,
    device: "d",
    checkpoint: "c",
    card: "k",
    tick: "",
    direction: "in",
    at: "2026-01-10T01:00:00.000Z",
    mac: "m",
  };
  const second = { ...first, v: 2, n: 2, run: "one", steady: 5, seen: 7 };

  test("a scan that an older page stored is sent as it was stored", () => {
    const { device: _device, tick: _tick, ...sent } = first;
    assert.deepEqual(asSent({ ...first, made: 1, name: "林**" }), sent);
  });

  test("a scan of this page is sent with its steady clock", () => {
    const { device: _device, tick: _tick, ...sent } = second;
    assert.deepEqual(asSent({ ...second, made: 1 }), sent);
  });

  test("the MAC covers the steady clock, and no form can be turned into the other", () => {
    const mac = macOf("00ff", second);
    for (const change of [{ run: "two" }, { steady: 6 }, { seen: 8 }, { v: 3 }, { v: undefined }]) {
      assert.notEqual(macOf("00ff", { ...second, ...change }), mac, JSON.stringify(change));
    }
    // The server computes the same (tests/checkin/test_clock_was_set.py).
    assert.equal(mac, "2c701c0d31de0917c95081feb01e02041b7f8f274b0a4bb6d5ce961432590c76");
    assert.equal(macOf("00ff", first), "cab579789ccc7b45214309bed87dcfbc4df799b77d2ebde8324e181d187a86c5");
  });

  test("the mark of a clock that was set back goes along, outside the MAC", () => {
    assert.equal(asSent({ ...second, set_back: true }).set_back, true);
    assert.equal("set_back" in asSent({ ...second, set_back: false }), false);
    assert.equal(asSent({ ...first, set_back: true }).set_back, true);
    assert.equal(macOf("00ff", { ...second, set_back: true }), macOf("00ff", second));
  });

  test("a file has the scans of one device in the order of their numbers, in both forms", () => {
    const file = JSON.parse(fileOf("d", [second, first, { ...first, device: "other" }], "now"));
    assert.deepEqual([file.version, file.device, file.exported_at], [2, "d", "now"]);
    assert.deepEqual(
      file.scans.map(({ n, v }) => [n, v]),
      [
        [1, undefined],
        [2, 2],
      ],
    );
  });
});

describe("a clock that was set back between two loads of the page", () => {
  const waits = { id: "w", made: NOW, run: "one", steady: 0, outcome: "" };

  /** Return the scans that are marked after a load, and whether new ones will be. `last`: the clocks last seen. */
  async function load({ last, scans = [], now }) {
    const store = await openStore();
    if (last) await store.set("clock", last);
    for (const scan of scans) await store.set(`scan:${scan.id}`, scan);
    const watch = new ClockWatch(store, () => now);
    await watch.look();
    const stored = Object.values(await store.all("scan:"));
    return { marked: stored.filter((scan) => scan.set_back).map(({ id }) => id), watch, store };
  }
  const loaded = (ahead) => ({ wall: NOW + ahead, run: "two", steady: 5 });

  test("what the page saw last lies ahead of now: the scans that wait are marked, and new ones will be", async () => {
    const answered = { ...waits, id: "a", outcome: "accepted" };
    const last = { ...clocks(0), wall: NOW + HOUR };
    const { marked, watch } = await load({ last, scans: [waits, answered], now: loaded(5 * MINUTE) });
    assert.deepEqual([marked, watch.setBack], [["w"], true]);
  });

  test("a scan that waits lies ahead of now, although the page saw nothing later", async () => {
    const { marked } = await load({ scans: [waits, { ...waits, id: "x", made: NOW - HOUR }], now: loaded(-HOUR) });
    assert.deepEqual(marked, ["w", "x"]);
  });

  test("a clock that goes on, or is put right by less than a minute, marks nothing", async () => {
    for (const now of [loaded(HOUR), loaded(-MINUTE), loaded(3 * YEAR)]) {
      const { marked, watch } = await load({ last: clocks(0), scans: [waits], now });
      assert.deepEqual([marked, watch.setBack], [[], false]);
    }
    assert.equal((await load({ now: loaded(0) })).watch.setBack, false);
  });

  test("the mark holds over further loads until the server has read the clocks", async () => {
    const last = { ...clocks(0), wall: NOW + HOUR };
    const { store } = await load({ last, scans: [waits], now: loaded(0) });
    const again = new ClockWatch(store, () => ({ wall: NOW + MINUTE, run: "three", steady: 1 }));
    await again.look();
    assert.equal(again.setBack, true);
    await again.met();
    const later = new ClockWatch(store, () => ({ wall: NOW + 2 * MINUTE, run: "four", steady: 1 }));
    await later.look();
    assert.equal(later.setBack, false);
  });
});

describe("tidying", () => {
  async function left(now, { ahead = 0, scans = [] } = {}) {
    const store = await openStore();
    await store.set("device:present", { token: "t", expires: NOW, ahead });
    await store.set("device:former", { token: "t", expires: NOW, ahead });
    await store.set("roster:7", { device: "present", expires: NOW, ahead });
    await store.set("roster:8", { device: "former", expires: NOW, ahead });
    for (const scan of scans) await store.set(`scan:${scan.id}`, scan);
    await tidy(store, 7, now);
    const kept = [...Object.keys(await store.all("device:")), ...Object.keys(await store.all("roster:"))];
    return [...kept, ...Object.keys(await store.all("scan:"))].sort();
  }

  test("what expired two days ago is deleted, but not the present roster and its token", async () => {
    assert.deepEqual(await left(NOW + 2 * DAY), ["device:former", "device:present", "roster:7", "roster:8"]);
    assert.deepEqual(await left(NOW + 2 * DAY + 1), ["device:present", "roster:7"]);
  });

  test("a clock that is years ahead deletes nothing that is still valid", async () => {
    const kept = await left(NOW + 3 * YEAR, { ahead: 3 * YEAR });
    assert.deepEqual(kept, ["device:former", "device:present", "roster:7", "roster:8"]);
  });

  test("a scan that waits, and its token, stay for ever", async () => {
    const scans = [
      { id: "w", device: "former", outcome: "" },
      { id: "o", device: "x", outcome: "accepted", answered: NOW },
    ];
    assert.deepEqual(await left(NOW + 9 * YEAR, { scans }), ["device:former", "device:present", "roster:7", "scan:w"]);
  });
});
