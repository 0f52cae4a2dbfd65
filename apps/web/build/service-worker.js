// Screens without a network, and notifications while no page is open. It keeps code only: parcels, codes and routes are kept by the page
// itself, on this device. Written once for each entrance that has one.
const kind = "shell-%ENTRANCE%-";
const cacheName = `${kind}%VERSION%`;
const files = "%FILES%";
const home = "%HOME%";
/** Addresses that are no screens of this entrance. */
const notOurs = /^\/(api|changes|config\.json|%OTHERS%|docs|openapi\.json|asyncapi\.json|places)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(kind) && name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || notOurs.test(url.pathname)) return;
  if (request.mode === "navigate") {
    // The newest page when there is a network; the kept one when nobody answers.
    event.respondWith(fetch(request).catch(() => caches.match(home, { cacheName })));
    return;
  }
  event.respondWith(caches.match(request, { cacheName }).then((kept) => kept ?? fetch(request)));
});

/** What modules/notifications sends: `{ id, title, body, url }`. A push must show something, also when it cannot be read. */
function messageIn(data) {
  try {
    const { id, title, body, url } = data.json();
    // Only the path counts, and which message it was: a notification leads into these screens, and nowhere else.
    const { pathname, searchParams } = new URL(url, self.location.origin);
    const message = /^[0-9a-f-]{36}$/.exec(searchParams.get("m") ?? "");
    return { id, title, body, path: message ? `${pathname}?m=${message[0]}` : pathname };
  } catch {
    return { title: "Pigeonhole", path: "/parcels" };
  }
}

self.addEventListener("push", (event) => {
  const { id, title, body, path } = messageIn(event.data);
  // The same message sent twice replaces itself.
  event.waitUntil(self.registration.showNotification(title, { body, tag: id, icon: "/icon.svg", data: { path } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data;
  const at = new URL(path, self.location.origin);
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((windows) => {
      const open = windows.find(({ url }) => new URL(url).pathname === at.pathname);
      if (!open) return self.clients.openWindow(path);
      // What the address says besides the page, e.g. that a message was seen, has to arrive.
      if (at.search === "" || new URL(open.url).search === at.search) return open.focus();
      return open.navigate(path).then(
        (window) => (window ?? open).focus(),
        () => self.clients.openWindow(path),
      );
    }),
  );
});
