// @ts-check
// The phone's two clocks. The wall clock tells the date, and may be wrong or be set at any moment. The steady clock
// counts the milliseconds of this run of the page: nobody can set it, but on many phones it stands still during sleep.
import { randomId } from "./keys.js";

export const NEAR = 60000; // milliseconds; readings that differ by less agree (academy/checkin/clocks.py)

/**
 * @typedef Clocks
 * @property {number} wall  epoch milliseconds by the phone
 * @property {string} run  this run of the page
 * @property {number} steady  milliseconds since the begin of the run
 *
 * @typedef Anchor  the clocks at the download of the roster
 * @property {number} now  the server's time then
 * @property {number} ahead  the wall clock less the server's, then
 * @property {string} [run]  missing in a roster of an older page
 * @property {number} [steady]
 */

const RUN = randomId().replace(/-/g, "").slice(0, 16);

/** @returns {Clocks} */
export function readClocks() {
  return { wall: Date.now(), run: RUN, steady: Math.round(performance.now()) };
}

/**
 * Return the server's time at a moment of the phone. The steady clock is a lower bound, since it may have slept; a wall
 * clock that shows less was set back.
 * @param {Clocks} clocks
 * @param {Anchor} anchor
 */
export function serverTime({ wall, run, steady }, anchor) {
  const byWall = wall - anchor.ahead;
  if (anchor.run !== run || anchor.steady === undefined) return byWall;
  const bySteady = anchor.now + (steady - anchor.steady);
  return byWall < bySteady - NEAR ? bySteady : byWall;
}

/**
 * Return the time between two moments of the phone: by the steady clock within one run, else by the wall clock. A time
 * that would be negative is unknown, and infinite.
 * @param {Partial<Clocks>} one
 * @param {Partial<Clocks>} other
 */
export function passed(one, other) {
  const byWall = other.wall - one.wall;
  if (one.run && one.run === other.run) {
    const bySteady = other.steady - one.steady;
    return byWall >= bySteady - NEAR ? Math.max(byWall, bySteady) : bySteady;
  }
  return byWall < 0 ? Infinity : byWall;
}

/**
 * Return whether `one` was not later than `other`: by the steady clock within one run, else by the wall clock.
 * @param {Partial<Clocks>} one
 * @param {Partial<Clocks>} other
 */
export function isBefore(one, other) {
  return one.run && one.run === other.run ? one.steady <= other.steady : one.wall <= other.wall;
}

/**
 * Return whether the wall clock was set between two moments of one run, as far as the page can know: going forward
 * looks like sleep.
 * @param {Clocks} one
 * @param {Clocks} other
 */
export function wasMoved(one, other) {
  return one.run === other.run && Math.abs(other.wall - one.wall - (other.steady - one.steady)) > NEAR;
}

/**
 * Return whether the wall clock was surely set back between two moments, the second of which is later: within one run,
 * it shows less than the steady clock counted; in another run, less than it showed before.
 * @param {Partial<Clocks>} one
 * @param {Clocks} other
 */
export function wasSetBack(one, other) {
  const least = one.run === other.run ? other.steady - one.steady : 0;
  return other.wall - one.wall < least - NEAR;
}
