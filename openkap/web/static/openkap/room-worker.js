// Opens the room when the server is away. Only the files below are kept, and none of them is about a patient:
// an empty page, its styles and its scripts. What was charted waits in room-store.js.
"use strict";

const KEPT = "openkap-away-1";
const AWAY = "/room/away/";
const FILES = [
  AWAY,
  "/static/vendor/govuk-frontend.min.css",
  "/static/vendor/govuk-frontend.min.js",
  "/static/openkap/openkap.css",
  "/static/openkap/parts.css",
  "/static/openkap/room.css",
  "/static/openkap/room-taps.css",
  "/static/openkap/mark.svg",
  "/static/openkap/start.js",
  "/static/openkap/room-store.js",
  "/static/openkap/room-away.js",
  "/static/openkap/room-queue.js",
  "/static/openkap/room-keys.js",
];
const ROOM = /^\/charts\/[0-9a-f-]{36}\/visits\/[^/]+\/$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("openkap-away-") && name !== KEPT);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && (ROOM.test(pathname) || pathname === "/board/")) {
    event.respondWith(fetch(request).catch(() => caches.match(AWAY)));
  } else if (FILES.includes(pathname) && pathname !== AWAY) {
    event.respondWith(fresh(request));
  }
});

/** The server's own file where there is a server, and what was kept of it where there is none. */
async function fresh(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch {
    return (await kept.match(request)) || Response.error();
  }
}
