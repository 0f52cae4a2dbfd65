import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { subscriptionOf, tellingOf } from "./push.ts";

const ada = { key: "BKey", customer: "ada", isSubscribed: true, told: { customer: "ada", key: "BKey" } } as const;

test("a browser is told only of the customer who asked for it, with the key that the server has now", () => {
  assert.equal(tellingOf(ada), "on");
  assert.equal(tellingOf({ ...ada, isSubscribed: false }), "offered");
  assert.equal(tellingOf({ ...ada, customer: "bo" }), "offered");
  assert.equal(tellingOf({ ...ada, key: "BOther" }), "offered");
  assert.equal(tellingOf({ ...ada, told: undefined }), "offered");
  assert.equal(tellingOf({ ...ada, key: null }), "impossible");
});

test("the server gets exactly what its contract takes", () => {
  const endpoint = "https://fcm.googleapis.com/fcm/send/x";
  assert.deepEqual(subscriptionOf({ endpoint, keys: { p256dh: "p", auth: "a", other: "o" } }), {
    endpoint,
    expirationTime: null,
    keys: { p256dh: "p", auth: "a" },
  });
  assert.equal(subscriptionOf({ endpoint, keys: { auth: "a" } }), undefined);
  assert.equal(subscriptionOf({ endpoint }), undefined);
});

/** The service worker as a browser runs it, with what it shows and opens written down. */
function worker(windows: readonly string[] = []) {
  const on = new Map<string, (event: object) => void>();
  const shown: unknown[] = [];
  const visited: string[] = [];
  const clients = {
    matchAll: async () =>
      windows.map((url) => ({
        url,
        focus: async () => visited.push(`focus ${url}`),
        navigate: async (path: string) => void visited.push(`go ${path}`),
      })),
    openWindow: async (path: string) => visited.push(`open ${path}`),
  };
  const registration = { showNotification: async (title: string, options: object) => shown.push({ title, ...options }) };
  const self = {
    addEventListener: (name: string, handler: (event: object) => void) => on.set(name, handler),
    clients,
    registration,
    location: { origin: "https://lockers.example" },
  };
  runInNewContext(readFileSync(new URL("../build/service-worker.js", import.meta.url), "utf8"), { self, URL });
  const send = async (name: string, event: object): Promise<void> => {
    let work: Promise<unknown> | undefined;
    on.get(name)!({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) });
    await work;
  };
  return {
    shown,
    visited,
    push: (data: object | null) => send("push", { data }),
    click: (path: string) => send("notificationclick", { notification: { close: () => {}, data: { path } } }),
  };
}

test("a push becomes a notification that leads to the parcel, on these screens whatever address it names", async () => {
  const { shown, push } = worker();
  await push({
    json: () => ({ id: "m1", title: "Your parcel is in the locker", body: "Code 1234 5678", url: "https://elsewhere.example/parcels/p1" }),
  });
  await push({ json: () => JSON.parse("not JSON") });
  await push(null);
  const unreadable = { title: "Pigeonhole", body: undefined, tag: undefined, icon: "/icon.svg", data: { path: "/parcels" } };
  assert.deepEqual(structuredClone(shown), [
    { title: "Your parcel is in the locker", body: "Code 1234 5678", tag: "m1", icon: "/icon.svg", data: { path: "/parcels/p1" } },
    unreadable,
    unreadable,
  ]);
});

test("a tap goes to the page that is open already, else opens it", async () => {
  const open = worker(["https://lockers.example/", "https://lockers.example/parcels/p1?x=1"]);
  await open.click("/parcels/p1");
  await open.click("/parcels/p2");
  await open.click("/parcels/p1?seen=m1");
  const focused = "focus https://lockers.example/parcels/p1?x=1";
  assert.deepEqual(open.visited, [focused, "open /parcels/p2", "go /parcels/p1?seen=m1", focused]);
});
