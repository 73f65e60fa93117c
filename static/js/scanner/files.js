// @ts-check
// The queue as a file, for a phone that finds no network.
import { asSent } from "./sync.js";

const KEPT = 60000; // milliseconds that the browser has for saving a file

/** Save one file for each device key among `scans`. */
export function saveQueue(scans) {
  new Set(scans.map((scan) => scan.device)).forEach((device) => {
    const exported = new Date().toISOString();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([fileOf(device, scans, exported)], { type: "application/json" }));
    link.download = `scans-${device}-${exported.slice(0, 16).replace(/\D/g, "")}.json`;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
  });
}

/** Return the text of the file with the scans of one device. */
export function fileOf(device, scans, exported) {
  const own = scans.filter((scan) => scan.device === device).sort((one, other) => one.n - other.n);
  return JSON.stringify({ version: 2, device, exported_at: exported, scans: own.map(asSent) }, null, 1);
}
