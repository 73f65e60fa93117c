// @ts-check
// Read scanned codes and typed keys, in the form that academy/core/keys.py writes.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const LOOK_ALIKES = { O: "0", I: "1", L: "1", U: "V" };
const CARD_KEY = /^[0-9A-HJKMNP-TV-Z]{16}$/;

// Nobody sees them: soft hyphens, zero-width characters, marks of direction, variation selectors.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;
const SEPARATORS = /[\s\u2010-\u2015\u2212\u00b7._-]+/g;

/** Return typed text in the usual width, without what nobody sees. */
export function plain(text) {
  return text.replace(INVISIBLE, "").normalize("NFKC").trim();
}

export function normaliseKey(text) {
  return plain(text)
    .replace(SEPARATORS, "")
    .toUpperCase()
    .replace(/[OILU]/g, (letter) => LOOK_ALIKES[letter]);
}

/** Return `{card}` with the key; else `{other}`: "gate" (an activity's code), "slip" (a sign-in slip's), "unknown". */
export function readCode(text) {
  const path = plain(text)
    .replace(/^https?:\/\/[^/]+/i, "")
    .split(/[?#]/)[0];
  const [, kind, rest] = /^\/([pcs])\/([0-9a-z-]+)/i.exec(path) || [];
  if (kind && kind.toLowerCase() !== "p") return { other: kind.toLowerCase() === "c" ? "gate" : "slip" };
  const key = normaliseKey(kind ? rest : text);
  return CARD_KEY.test(key) ? { card: key } : { other: "unknown" };
}

export function hashOf(key) {
  return bytesToHex(sha256(utf8ToBytes(key)));
}

/** Return the MAC of a scan under the device's key; docs/checkin.md describes the text of both forms. */
export function macOf(deviceKey, scan) {
  const kind = scan.card ? "card" : "tick";
  const parts = [scan.device, scan.id, scan.n, scan.checkpoint, kind, scan[kind], scan.direction, scan.at];
  if (scan.v) {
    parts.unshift(scan.v);
    parts.push(scan.run, scan.steady, scan.seen);
  }
  return bytesToHex(hmac(sha256, hexToBytes(deviceKey), utf8ToBytes(parts.join("\n"))));
}

/** Return a random UUID; `crypto.randomUUID` is missing on old phones and on plain http. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
