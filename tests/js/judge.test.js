// The judgement of the staff scanner, tested without a browser: rosters and scans in, verdicts out.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AGAIN_WITHIN, Board } from "../../static/js/scanner/judge.js";
import { hashOf } from "../../static/js/scanner/keys.js";

const NOW = Date.parse("2027-01-10T09:30:00+08:00");
const HOUR = 3_600_000;
const LIN = "0123456789ABCDEF"; // keys of cards
const OLD = "FEDCBA9876543210";
const UNKNOWN = "ZZZZZZZZZZZZZZZZ";

const person = (tick, changes = {}) => ({
  tick,
  card: null,
  name: "林**",
  number: "V2027-000001-A",
  expected: true,
  since: null,
  no: "",
  ...changes,
});

const roster = (people, changes = {}) => ({
  people,
  revoked: [],
  shifts: [{ opens: NOW - HOUR, closes: NOW + HOUR }],
  asked: NOW - 10_000,
  ahead: 0,
  ...changes,
});

const scan = (changes) => ({ n: 1, made: NOW - 5 * 60_000, direction: "in", person: "lin", ...changes });

/** Return the verdict on Lin's tick, in short. */
function verdict(board, changes = {}) {
  const { kind, direction, code, queue } = board.judge({ tick: "lin", choice: "auto", now: NOW, ...changes });
  return [kind, direction, code, queue];
}

describe("direction", () => {
  test("a person outside is checked in, a person inside is checked out", () => {
    assert.deepEqual(verdict(new Board(roster([person("lin")]), [])), ["yes", "in", "", true]);
    const inside = person("lin", { since: NOW - HOUR });
    assert.deepEqual(verdict(new Board(roster([inside]), [])), ["yes", "out", "", true]);
  });

  test("a chosen direction is kept, with a remark where it does not fit", () => {
    const board = new Board(roster([person("lin", { since: NOW - HOUR })]), []);
    assert.deepEqual(verdict(board, { choice: "in" }), ["yes", "in", "already_checked_in", true]);
    assert.deepEqual(verdict(new Board(roster([person("lin")]), []), { choice: "out" }), [
      "yes",
      "out",
      "not_checked_in",
      true,
    ]);
  });
});

describe("cards", () => {
  const card = (changes = {}) => ({ tick: "", card: LIN, ...changes });

  test("a live card leads to its person", () => {
    const board = new Board(roster([person("lin", { card: hashOf(LIN) })]), []);
    assert.equal(board.judge({ card: LIN, choice: "auto", now: NOW }).person.tick, "lin");
  });

  test("a card of a merged row leads to the person who stays", () => {
    const board = new Board(roster([person("lin")], { old_cards: { [hashOf(OLD)]: "lin" } }), []);
    assert.equal(board.judge({ card: OLD, choice: "auto", now: NOW }).person.tick, "lin");
  });

  test("a revoked card is refused, although it is the card of a person, and is still sent to the server", () => {
    const board = new Board(roster([person("lin", { card: hashOf(LIN) })], { revoked: [hashOf(LIN)] }), []);
    assert.deepEqual(verdict(board, card()), ["no", "in", "card_revoked", true]);
    assert.equal(board.judge({ card: LIN, choice: "auto", now: NOW }).person, undefined);
  });

  test("an unknown card is refused and sent once a minute", () => {
    const first = new Board(roster([person("lin")]), []);
    assert.deepEqual(verdict(first, card({ card: UNKNOWN })), ["no", "in", "unknown_card", true]);
    const made = scan({ person: "", card: UNKNOWN, made: NOW - 1000, denied: true });
    const second = new Board(roster([person("lin")]), [made]);
    assert.deepEqual(verdict(second, card({ card: UNKNOWN })), ["no", "out", "unknown_card", false]);
    const later = { card: UNKNOWN, now: NOW + AGAIN_WITHIN };
    assert.deepEqual(verdict(second, card(later)), ["no", "out", "unknown_card", true]);
  });
});

describe("refusals and remarks of the roster", () => {
  test("a person whom the desk has to be asked about first waits, and the server decides (N3)", () => {
    for (const no of ["ask_desk_first", "minor_not_allowed"]) {
      const board = new Board(roster([person("lin", { no })]), []);
      assert.deepEqual(verdict(board), ["no", "in", no, true]);
    }
  });

  test("a person whom the desk has to be asked about later is checked in with a remark", () => {
    const board = new Board(roster([person("lin", { no: "ask_desk" })]), []);
    assert.deepEqual(verdict(board), ["yes", "in", "ask_desk", true]);
  });

  test("a person without a sign-up is checked in with a remark: the leader decides later", () => {
    const board = new Board(roster([person("lin", { no: "not_signed_up" })]), []);
    assert.deepEqual(verdict(board), ["yes", "in", "not_signed_up", true]);
  });

  test("a check-in outside the opening hours carries a remark (C2), a check-out does not", () => {
    const closed = { shifts: [{ opens: NOW + HOUR, closes: NOW + 2 * HOUR }] };
    assert.deepEqual(verdict(new Board(roster([person("lin")], closed), [])), ["yes", "in", "outside_hours", true]);
    const inside = person("lin", { since: NOW - HOUR });
    assert.deepEqual(verdict(new Board(roster([inside], closed), [])), ["yes", "out", "", true]);
  });

  test("opening hours are the server's time", () => {
    const shifts = [{ opens: NOW - HOUR, closes: NOW }];
    const board = (ahead) => new Board(roster([person("lin")], { shifts, ahead }), []);
    assert.equal(verdict(board(0), { now: NOW + 1000 })[2], "outside_hours");
    assert.equal(verdict(board(2000), { now: NOW + 1000 })[2], "");
  });
});

describe("the same card again", () => {
  const justIn = [scan({ made: NOW - 20_000 })];

  test("a second scan within a minute is the same act, and is not queued", () => {
    const board = new Board(roster([person("lin")], { asked: NOW - HOUR }), justIn);
    assert.deepEqual(verdict(board), ["again", "in", "", false]);
    assert.equal(board.judge({ tick: "lin", choice: "auto", now: NOW }).since, NOW - 20_000);
  });

  test("a minute later it is a check-out", () => {
    const board = new Board(roster([person("lin")], { asked: NOW - HOUR }), justIn);
    assert.deepEqual(verdict(board, { now: NOW - 20_000 + AGAIN_WITHIN }), ["yes", "out", "", true]);
  });

  test("insisting makes the other act of it", () => {
    const board = new Board(roster([person("lin")], { asked: NOW - HOUR }), justIn);
    assert.deepEqual(verdict(board, { insist: true }), ["yes", "out", "", true]);
  });

  test("another phone's check-in of this moment counts as well", () => {
    const board = new Board(roster([person("lin", { since: NOW - 5000 })]), []);
    assert.deepEqual(verdict(board), ["again", "in", "", false]);
  });

  test("a chosen check-out right after a check-in is no repetition", () => {
    const board = new Board(roster([person("lin")], { asked: NOW - HOUR }), justIn);
    assert.deepEqual(verdict(board, { choice: "out" }), ["yes", "out", "", true]);
  });
});

describe("this phone's scans on top of the roster", () => {
  const since = (scans, changes = {}) => new Board(roster([person("lin")], changes), scans).people.get("lin").since;

  test("a scan that the roster has not seen changes who is inside", () => {
    assert.equal(since([scan()]), NOW - 5 * 60_000);
    assert.equal(since([scan(), scan({ n: 2, made: NOW - 60_000, direction: "out" })]), null);
  });

  test("scans count in the order of their times, then of their numbers", () => {
    const early = scan({ n: 9, made: NOW - 9 * 60_000 });
    const out = scan({ n: 2, made: NOW - 60_000, direction: "out" });
    assert.equal(since([out, early]), null);
    assert.equal(since([scan({ n: 2, direction: "out" }), scan({ n: 1 })]), null);
  });

  test("a scan that was answered before the roster was asked for is part of it", () => {
    assert.equal(since([scan({ outcome: "accepted", answered: NOW - 20_000 })]), null);
    assert.equal(since([scan({ outcome: "accepted", answered: NOW - 1000 })]), NOW - 5 * 60_000);
  });

  test("a refused scan leaves the person outside", () => {
    assert.equal(since([scan({ outcome: "refused", answered: NOW - 1000 })]), null);
    assert.equal(since([scan({ denied: true })]), null);
  });

  test("the server's visit is more precise than the phone's time", () => {
    const visit = { opened_at: "2027-01-10T01:00:00Z", closed_at: null };
    assert.equal(since([scan({ outcome: "accepted", answered: NOW, visit })]), Date.parse(visit.opened_at));
    const closed = { ...visit, closed_at: "2027-01-10T01:20:00Z" };
    assert.equal(since([scan({ outcome: "accepted", answered: NOW, visit: closed })]), null);
  });

  test("the phone's own time is put right by what its clock is ahead", () => {
    assert.equal(since([scan()], { ahead: 7000 }), NOW - 5 * 60_000 - 7000);
  });

  test("an undone scan that the roster still contains is taken off", () => {
    const undone = scan({ outcome: "accepted", answered: NOW - 20_000, undo: "done", before: null });
    const board = new Board(roster([person("lin", { since: NOW - 5 * 60_000 })]), [undone]);
    assert.equal(board.people.get("lin").since, null);
  });

  test("an undone scan that a newer roster no longer contains changes it no more", () => {
    const undone = scan({ outcome: "accepted", answered: NOW - 30_000, undo: "done", undone: NOW - 20_000 });
    const board = new Board(roster([person("lin", { since: NOW - HOUR })]), [{ ...undone, before: null }]);
    assert.equal(board.people.get("lin").since, NOW - HOUR);
  });
});

describe("typed names", () => {
  const people = [
    person("lin", { name: "林*娟", number: "V2027-000012-A" }),
    person("ann", { name: "A** Lee", number: "V2027-000345-B", expected: false }),
  ];
  const found = (text) => new Board(roster(people), []).find(text).map((one) => one.tick);

  test("without text, those who are expected", () => assert.deepEqual(found(" "), ["lin"]));
  test("a hidden character stands for any one", () => assert.deepEqual(found("林秀娟"), ["lin"]));
  test("a part of a name is enough, in any case", () => assert.deepEqual(found("lee"), ["ann"]));
  test("stars alone match no name", () => assert.deepEqual(found("王"), []));
  test("two stars hide two characters or more", () => {
    const masked = new Board(roster([person("abd", { name: "阿**提" }), person("ouy", { name: "欧**娜" })]), []);
    const hits = (text) => masked.find(text).map((one) => one.tick);
    assert.deepEqual(hits("阿卜杜热合曼·麦麦提"), ["abd"]);
    assert.deepEqual(hits("阿卜杜"), ["abd"]);
    assert.deepEqual(hits("麦麦提"), ["abd"]);
    assert.deepEqual(hits("欧阳娜娜"), ["ouy"]);
    assert.deepEqual(["娜欧", "卜杜热", "李麦麦李"].map(hits), [[], [], []]);
  });
  test("rosters of earlier versions have a star for each character", () => {
    const old = new Board(roster([person("abd", { name: "阿***提" })]), []);
    assert.deepEqual(
      ["阿卜杜热提", "阿卜杜热合提"].map((text) => old.find(text).length),
      [1, 0],
    );
  });
  test("digits are looked for in numbers", () => assert.deepEqual(found("0345"), ["ann"]));
  test("the keyboard does not matter", () =>
    assert.deepEqual(["ＬＥＥ\u200b", "０３４５"].map(found), [["ann"], ["ann"]]));
});
