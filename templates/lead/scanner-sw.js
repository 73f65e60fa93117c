{% load static %}"use strict";
// The scanner's page opens without a network: from the network where there is one, else as it was kept last.
const SHELF = "scanner";
const SCOPE = "{{ scope|escapejs }}";
const FILES = [
  "{% static "css/site.css" %}",
  "{% static "css/scanner.css" %}",
  "{% static "built/scanner.js" %}",
  "{% static "built/decoder.js" %}",
  "{% static "icons/mark.svg" %}",
  "{% static "icons/scanner-192.png" %}",
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
  // The language's cookie is part of the page's answer; without a network any language is better than none.
  const kept = await shelf.match(path, { ignoreVary: true });
  const fresh = fetch(request).then(async (response) => {
    // A redirect leads to the sign-in page: it is passed on and not kept.
    if (response.ok && !response.redirected) await shelf.put(path, response.clone());
    return response;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh, late]).then((response) => (response.status >= 500 ? kept : response), () => kept);
}
