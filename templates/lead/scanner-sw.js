{% load static %}"use strict";
// Opens the scanner's page without a network, from the last stored copy.
const SHELF = "scanner";
const SCOPE = "{{ scope|escapejs }}";
const FILES = [
  "{% static "css/site.css" %}",
  "{% static "css/scanner.css" %}",
  "{% static "built/scanner.js" %}",
  "{% static "built/decoder.js" %}",
  "{% static "icons/mark.svg" %}",
  "{% static "icons/mark-192.png" %}",
];
const PATIENCE = 5000; // milliseconds

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const shelf = await caches.open(SHELF);
    const kept = await shelf.keys();
    await Promise.all(kept.map((request) => {
      const path = new URL(request.url).pathname;
      return path.startsWith(SCOPE) || FILES.includes(path) ? null : shelf.delete(request);
    }));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && /^\d+\/$/.test(pathname.slice(SCOPE.length));
  if (isPage || FILES.includes(pathname)) event.respondWith(answer(request, pathname));
});

async function answer(request, path) {
  const shelf = await caches.open(SHELF);
  // The page varies by the language cookie; without a network, a page in any language is better than none.
  const kept = await shelf.match(path, { ignoreVary: true });
  const fresh = fetch(request).then(async (response) => {
    // A redirect leads to the sign-in page: pass it on, do not store it.
    if (response.ok && !response.redirected) await shelf.put(path, response.clone());
    return response;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh, late]).then((response) => (response.status >= 500 ? kept : response), () => kept);
}
