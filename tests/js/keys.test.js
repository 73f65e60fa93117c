// Codes and keys as the server writes them (academy/core/keys.py, docs/checkin.md).
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, macOf, normaliseKey, randomId, readCode } from "../../static/js/scanner/keys.js";

test("a card is read from its address, its key and a key typed with look-alikes", () => {
  const card = { card: "0123456789ABCDEF" };
  assert.deepEqual(readCode("https://academy.test/p/0123456789ABCDEF/"), card);
  assert.deepEqual(readCode("/P/0123-4567-89ab-cdef?x=1"), card);
  assert.deepEqual(readCode(" oI23 4567 89ab cdef "), card);
});

test("other codes are named", () => {
  assert.deepEqual(readCode("https://academy.test/c/4TABCDEF/12345678/"), { other: "gate" });
  assert.deepEqual(readCode("/s/AAAA-BBBB/"), { other: "slip" });
  assert.deepEqual(readCode("https://example.test/"), { other: "unknown" });
});

test("a key has no blanks, hyphens or look-alikes", () => {
  assert.equal(normaliseKey("ol-iu 1"), "011V1");
});

test("a key is read from every keyboard", () => {
  for (const typed of ["７Ｋ３Ｍ－９ＱＸＡ", "\u202d7K3M–9QXA\u202c", "7k3m\u00a09qxa", "7K3M·9QXA\ufe0e"])
    assert.equal(normaliseKey(typed), "7K3M9QXA");
  assert.deepEqual(readCode("\u202d/p/０１２３４５６７８９ＡＢＣＤＥＦ/\u202c"), { card: "0123456789ABCDEF" });
});

test("the hash is SHA-256 in hexadecimal digits", () => {
  assert.equal(hashOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the MAC covers each field that is sent", () => {
  const scan = { device: "d", id: "i", n: 1, checkpoint: "c", card: "k", tick: "", direction: "in", at: "t" };
  const mac = macOf("00ff", scan);
  assert.match(mac, /^[0-9a-f]{64}$/);
  for (const field of ["device", "id", "checkpoint", "card", "direction", "at"]) {
    assert.notEqual(macOf("00ff", { ...scan, [field]: "other" }), mac, field);
  }
  assert.notEqual(macOf("00ff", { ...scan, n: 2 }), mac);
  assert.notEqual(macOf("00ff", { ...scan, card: "", tick: "k" }), mac, "a tick is no card");
});

test("a random id is a UUID of version 4", () => {
  assert.match(randomId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
