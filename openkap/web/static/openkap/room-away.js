// The room without its server: what is tapped is kept, with the minute, until the server is back. It knows which
// room this is from the address alone, and the time from this tablet's clock, put right by the server's last word.
"use strict";

(async () => {
  const page = document.getElementById("room");
  const store = globalThis.openkapStore;
  const about = store.usable ? await store.about().catch(() => null) : null;
  const asked = location.pathname.match(/^\/charts\/[0-9a-f-]{36}\/visits\/[^/]+\/$/);
  const here = asked ? location.pathname : about?.room;
  const ready = Boolean(about && here);
  document.getElementById(ready ? "nobody" : "somebody").hidden = true;
  if (!ready) return again();

  page.dataset.here = here;
  page.dataset.who = about.who;
  page.dataset.zone = about.zone || "";
  globalThis.openkapRoom = {
    page,
    now: () => Date.now() + (about.ahead_ms || 0),
    wall: (ms) => new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: page.dataset.zone || undefined,
    }).format(ms),
  };
  for (const form of page.querySelectorAll("form[data-to]")) form.setAttribute("action", here + form.dataset.to);
  for (const file of ["room-queue.js", "room-keys.js"]) {
    const script = document.createElement("script");
    script.src = `/static/openkap/${file}`;
    document.body.append(script);
  }
  again();

  // As soon as the server answers, the room itself is opened, and it sends what waited.
  function again() {
    setInterval(async () => {
      const there = await fetch("/room-worker.js", { method: "HEAD", cache: "no-store" }).then((a) => a.ok, () => false);
      if (there && !typing()) location.assign(here || "/board/");
    }, 4000);
  }

  function typing() {
    return [...document.querySelectorAll("#room input:not([type=hidden]), #room textarea")]
      .some((field) => (field.type === "radio" ? field.checked : field.value !== ""));
  }
})();
