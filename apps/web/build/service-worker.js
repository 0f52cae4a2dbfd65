// The customer's screens without a network. It keeps code only: parcels and codes are kept by the page itself, on this device.
const cacheName = "shell-%VERSION%";
const files = "%FILES%";
/** Addresses that are not the customer's screens. */
const notOurs = /^\/(api|changes|config\.json|courier|kiosk|operations|docs|openapi\.json|asyncapi\.json|places)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("shell-") && name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || notOurs.test(url.pathname)) return;
  if (request.mode === "navigate") {
    // The newest page when there is a network; the kept one when nobody answers.
    event.respondWith(fetch(request).catch(() => caches.match("/", { cacheName })));
    return;
  }
  event.respondWith(caches.match(request, { cacheName }).then((kept) => kept ?? fetch(request)));
});
