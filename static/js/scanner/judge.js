// @ts-check
// Judge scans by the roster on this phone. Pure: no clock, no storage, no page.
import { isBefore, passed, serverTime } from "./clock.js";
import { hashOf, plain } from "./keys.js";

/**
 * @typedef {"in" | "out"} Direction
 * @typedef {"auto" | Direction} Choice
 *
 * @typedef Person  a line of the roster
 * @property {string} tick  the line's key
 * @property {string | null} card  the hash of the live card's key
 * @property {string} name  masked
 * @property {string} number
 * @property {boolean} expected
 * @property {number | null} since  the server's milliseconds of the open visit's begin
 * @property {string} no  why a scan needs a look, or ""
 * @property {Scan | null} [last]  this phone's last scan of the person
 *
 * @typedef Roster  as the server sent it, with two figures of this phone
 * @property {Person[]} people
 * @property {string[]} revoked  hashes of revoked cards' keys
 * @property {Record<string, string>} [old_cards]  hash of a merged person's card → tick; missing in old copies
 * @property {{opens: number, closes: number}[]} shifts
 * @property {number} asked  this phone's time of the request
 * @property {number} ahead  this phone's clock less the server's
 * @property {number} now  the server's time
 * @property {string} [run]  clock.js describes both; missing in old copies
 * @property {number} [steady]
 *
 * @typedef Scan  as it is stored on the phone; store.js, scanner.js and view.js have the rest
 * @property {number} n
 * @property {number} made  this phone's time
 * @property {number} [time]  the server's time, as far as this phone knew it; missing in old scans, like the next two
 * @property {string} [run]
 * @property {number} [steady]
 * @property {Direction} direction
 * @property {string} [card]
 * @property {string} [person]  the tick
 * @property {boolean} [denied]  refused on this phone
 * @property {string} [outcome]  the server's: accepted | duplicate | refused, or ""
 * @property {number} [answered]  this phone's time of the server's answer
 * @property {{run: string, steady: number}} [answeredBy]  its steady clock at that moment
 * @property {{opened_at: string, closed_at: string | null} | null} [visit]
 * @property {number | null} [before]  `since` before this scan
 * @property {string} [undo]  wanted | done
 * @property {number} [undone]
 *
 * @typedef Verdict
 * @property {"yes" | "again" | "no"} kind  `no`: the server decides; `again`: the same act a moment ago
 * @property {Direction} direction
 * @property {Person | undefined} person
 * @property {number | null} since
 * @property {string} code
 * @property {boolean} queue  whether a scan is to be made of it
 */

export const AGAIN_WITHIN = 60000; // milliseconds in which a second scan of a card counts as the same act
// The server may refuse these; the second stands in rosters of earlier versions.
const DENIED = ["ask_desk_first", "minor_not_allowed"];

/** The roster with this phone's own scans added. */
export class Board {
  /**
   * @param {Roster} roster
   * @param {Scan[]} scans this activity's, as they are stored
   */
  constructor(roster, scans) {
    this.roster = roster;
    this.people = new Map(roster.people.map((person) => [person.tick, { ...person, last: null }]));
    this.cards = new Map(Object.entries(roster.old_cards || {}));
    roster.people.forEach((person) => {
      if (person.card) this.cards.set(person.card, person.tick);
    });
    // Cards of merged rows; a roster stored by an older version has none.
    for (const [card, tick] of Object.entries(roster.old_cards || {})) this.cards.set(card, tick);
    this.revoked = new Set(roster.revoked);
    this.strangers = new Map(); // the last scan of each card that the roster lacks
    [...scans].sort(inOrder).forEach((scan) => this.apply(scan));
  }

  /**
   * Add a scan, unless the roster includes it already.
   * @param {Scan} scan
   */
  apply(scan) {
    const person = this.personOf(scan);
    if (!person) {
      if (scan.card && !scan.undo) this.strangers.set(scan.card, scan);
      return;
    }
    const counts = scan.outcome ? scan.outcome !== "refused" : !scan.denied;
    const { asked, run, steady } = this.roster;
    const answered = { wall: scan.answered, ...scan.answeredBy };
    const known = scan.answered && isBefore(answered, { wall: asked, run, steady });
    if (scan.undo) {
      if (counts && known && !(scan.undone && scan.undone <= this.roster.asked)) person.since = scan.before;
      return;
    }
    if (!counts && !scan.denied) return;
    person.last = scan;
    if (known || !counts) return;
    if (scan.visit) person.since = scan.visit.closed_at ? null : Date.parse(scan.visit.opened_at);
    else if (scan.direction === "out") person.since = null;
    else if (person.since === null) person.since = this.timeOf(scan);
  }

  /**
   * Return the server's time of a scan, as far as this phone knows it.
   * @param {Scan} scan
   */
  timeOf(scan) {
    return scan.time ?? scan.made - this.roster.ahead;
  }

  /**
   * Return the person of the scan, if this roster has them: it may be newer than the scan.
   * @param {Scan} scan
   * @returns {Person | undefined}
   */
  personOf(scan) {
    return this.people.get(scan.person || (scan.card && this.cards.get(hashOf(scan.card))));
  }

  /**
   * Judge a card or a tick at the moment `now`, by the phone's clock, and `steady` in its `run`; `insist`: a repeated
   * scan is meant.
   * @param {{card?: string, tick?: string, choice: Choice, now: number, run?: string, steady?: number,
   *   insist?: boolean}} what
   * @returns {Verdict}
   */
  judge({ card = "", tick = "", choice, now, run, steady, insist = false }) {
    const clocks = { wall: now, run, steady };
    const time = serverTime(clocks, this.roster);
    const hash = card && hashOf(card);
    const revoked = this.revoked.has(hash);
    const person = revoked ? undefined : this.people.get(tick || this.cards.get(hash));
    const last = person ? person.last : this.strangers.get(card);
    const since = person ? person.since : null;
    const inside = person ? since !== null : Boolean(last) && last.direction === "in";
    const direction = choice === "auto" ? (inside ? "out" : "in") : choice;
    const recent = last && passed({ ...last, wall: last.made }, clocks) < AGAIN_WITHIN ? last : null;
    const refusal = revoked ? "card_revoked" : !person ? "unknown_card" : DENIED.includes(person.no) ? person.no : "";
    if (refusal) {
      const same = recent && (choice === "auto" || recent.direction === direction);
      return { kind: "no", direction, person, since, code: refusal, queue: !same };
    }
    // Another phone may have checked them in just now.
    const done = recent ? recent.direction : since !== null && time - since < AGAIN_WITHIN ? "in" : "";
    if (!insist && done && (choice === "auto" || choice === done)) {
      const at = done === "in" && since !== null ? since : this.timeOf(recent);
      return { kind: "again", direction: done, person, since: at, code: "", queue: false };
    }
    let code = person.no;
    if (direction === "in" && since !== null) code = "already_checked_in";
    if (direction === "out" && since === null) code = "not_checked_in";
    if (!code && direction === "in" && !this.isOpen(time)) code = "outside_hours";
    return { kind: "yes", direction, person, since, code, queue: true };
  }

  /** @param {number} at the server's time */
  isOpen(at) {
    return this.roster.shifts.some((shift) => shift.opens <= at && at <= shift.closes);
  }

  /**
   * Return the people whose masked name or number matches the typed text, in the roster's order: expected first.
   * @param {string} text
   */
  find(text) {
    const wanted = plain(text).toUpperCase();
    const all = [...this.people.values()];
    if (!wanted) return all.filter((person) => person.expected);
    return all.filter(
      (person) => fits(wanted, person.name.toUpperCase()) || (/\d/.test(wanted) && person.number.includes(wanted)),
    );
  }
}

/**
 * Compare scans by the time at which they were made, then by number; within one run of the page, by the steady clock.
 * @param {Scan} one
 * @param {Scan} other
 */
export function inOrder(one, other) {
  const byTime = (one.time ?? one.made) - (other.time ?? other.made);
  return (one.run && one.run === other.run ? one.steady - other.steady : byTime) || one.n - other.n;
}

/**
 * Return whether a name masked as `name` may contain `wanted`. Two stars alone hide two or more characters; any other
 * star hides one.
 * @param {string} wanted
 * @param {string} name
 */
function fits(wanted, name) {
  const [, before, after] = /^([^*]+)\*\*([^*]+)$/.exec(name) || [];
  if (!before) return fitsExactly(wanted, name);
  for (let hidden = 2; hidden <= Math.max(2, wanted.length); hidden += 1)
    if (fitsExactly(wanted, before + "*".repeat(hidden) + after)) return true;
  return false;
}

/**
 * @param {string} wanted
 * @param {string} name  each * in it stands for one hidden character
 */
function fitsExactly(wanted, name) {
  for (let start = 0; start + wanted.length <= name.length; start += 1) {
    let seen = 0;
    const fitting = [...wanted].every((character, place) => {
      const there = name[start + place];
      if (there === character) seen += 1;
      return there === character || there === "*";
    });
    if (fitting && seen) return true;
  }
  return false;
}
