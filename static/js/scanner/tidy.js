// @ts-check
// Delete what is of no more use from the phone's store.
import { isWaiting, wantsUndo } from "./sync.js";

const DAY = 24 * 60 * 60 * 1000;

/** Delete scans that were answered long ago, and what they needed. Scans that no server has accepted stay. */
export async function tidy(store, activity, now) {
  const old = now - 2 * DAY;
  const scans = Object.values(await store.all("scan:"));
  const over = scans.filter(
    (scan) => scan.outcome && scan.answered < old && scan.code !== "device_refused" && !wantsUndo(scan),
  );
  await Promise.all(over.map((scan) => store.remove(`scan:${scan.id}`)));
  const waiting = new Set(scans.filter(isWaiting).map((scan) => scan.device));
  const rosters = await store.all("roster:");
  const devices = await store.all("device:");
  // The present roster's device scans on, whatever the clock says; its queue needs the token.
  const present = rosters[`roster:${activity}`];
  if (present) waiting.add(present.device);
  const isOver = ({ expires, ahead = 0 }) => expires + ahead < old;
  // Names are deleted when they are of no more use.
  await Promise.all(
    Object.keys(rosters)
      .filter((key) => isOver(rosters[key]) && key !== `roster:${activity}`)
      .map((key) => store.remove(key)),
  );
  await Promise.all(
    Object.keys(devices)
      .filter((key) => isOver(devices[key]) && !waiting.has(key.slice("device:".length)))
      .map((key) => store.remove(key)),
  );
}
