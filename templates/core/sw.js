"use strict";
// Without a network, answers with a page that says whom to ask. Keeps that page and nothing else.
const SHELF = "offline-{{ release }}";
const FILES = {{ files|safe }};
// The staff scanner has a worker of its own; the back office needs none.
const OTHERS = /^\/(scan|admin)\//;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("offline-") && name !== SHELF);
    await Promise.all(old.map((name) => caches.delete(name)));
    // The browser asks for the page while the worker is still starting.
    if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || OTHERS.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(answer(event, "{{ page }}"));
  else if (!self.navigator.onLine && FILES.includes(pathname)) event.respondWith(answer(event, pathname));
});

async function answer(event, kept) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    const found = await (await caches.open(SHELF)).match(kept, { ignoreVary: true });
    if (found) return found;
    throw error;
  }
}
