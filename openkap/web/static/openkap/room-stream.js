// Live data. One stream a tab; a heartbeat every few seconds; when it stops, the page says so in words.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  if (!room || !room.page.dataset.stream) return;
  const page = room.page;
  const link = document.getElementById("link");
  const here = page.dataset.here;  // the address in the bar may be that of a form that came back
  const SILENT_AFTER_MS = 10000;
  const SETTLE_MS = 250;
  const CLOCKS_DIFFER_MS = 5000;
  const OPEN_AGAIN_MS = 5000;

  let source = null;
  let opened = 0;
  let heard = performance.now();
  let heardAt = room.now();
  let waiting = 0;
  const newest = new Map();  // signal → [moment, value]

  function alive(now) {
    if (now) room.set(now);
    heard = performance.now();
    heardAt = room.now();
    if (page.classList.contains("room-unsure")) {
      page.classList.remove("room-unsure");
      page.dispatchEvent(new CustomEvent("room:alive"));
      refresh();
    }
    link.textContent = "Connected";
  }

  function came(event) {
    if (event.lastEventId) page.dataset.after = event.lastEventId;
    alive();
  }

  function watch() {
    if (source.readyState === EventSource.CLOSED && performance.now() - opened > OPEN_AGAIN_MS) open();
    if (performance.now() - heard <= SILENT_AFTER_MS) return;
    page.classList.add("room-unsure");
    const text = `Not connected: what you see is from ${room.wall(heardAt)}. Look at the bedside monitor.`;
    if (link.textContent !== text) link.textContent = text;
  }

  function open() {
    opened = performance.now();
    const after = page.dataset.after || "0";
    source = new EventSource(`${page.dataset.stream}?after=${encodeURIComponent(after)}`);
    source.addEventListener("beat", (event) => {
      const said = JSON.parse(event.data);
      alive(said.at);
      page.dispatchEvent(new CustomEvent("room:beat", { detail: said }));
    });
    for (const kind of ["entry", "vitals", "event", "phase"]) {
      source.addEventListener(kind, (event) => {
        came(event);
        const said = JSON.parse(event.data);
        page.dispatchEvent(new CustomEvent("room:entry", { detail: said }));
        if (said.kind !== "alert-seen") refreshSoon();
      });
    }
    source.addEventListener("reading", (event) => {
      came(event);
      const reading = JSON.parse(event.data);
      if (reading.live) show(reading.signal, reading.at, reading.value, reading.source);
      page.dispatchEvent(new CustomEvent("room:reading", { detail: reading }));
    });
  }

  // A tile shows the newest reading it has; a late one never replaces it, one from the future never refreshes it.
  function show(what, at, value, sender) {
    const tile = page.querySelector(`[data-parts~="${what}"]`);
    const late = tile && tile.dataset.at && Date.parse(at) < Date.parse(tile.dataset.at);
    if (!tile || late || Date.parse(at) > room.now() + CLOCKS_DIFFER_MS) return;
    newest.set(what, [at, value]);
    const parts = tile.dataset.parts.split(" ").map((name) => newest.get(name) || ["", ""]);
    if (parts.some(([when]) => when !== at)) return;
    tile.dataset.at = at;
    tile.querySelector("[data-value]").textContent = parts.map(([, number]) => number).join("/");
    tile.dataset.freshFor = tile.dataset.freshDevice;
    tile.querySelector("[data-ago]").dataset.ago = at;
    tile.querySelector("[data-source]").textContent = sender;
    tile.classList.remove("tile-empty");
  }

  function refreshSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, SETTLE_MS);
  }

  // Only the parts that show are replaced; what somebody is typing is never touched.
  async function refresh() {
    // It is no visit of a person: what was just said is kept for the answer that somebody waits for.
    const headers = { Accept: "text/html", "X-Requested-With": "fetch" };
    const answer = await fetch(here, { headers }).catch(() => null);
    if (answer && answer.redirected) link.textContent = "You are signed out. Sign in again to go on.";
    if (!answer || !answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = fresh.getElementById("room");
    if (!theirs) return;
    room.set(theirs.dataset.now);
    if (theirs.dataset.phase !== page.dataset.phase) return moved(theirs.dataset.phase);
    for (const part of document.querySelectorAll("[data-live]")) renew(part, fresh.getElementById(part.id));
    sawAll(theirs.dataset.seen);
    page.dispatchEvent(new CustomEvent("room:refreshed"));
  }

  // A part somebody types in stays; a link that had the focus keeps it.
  function renew(part, fresh) {
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    if (!fresh || fresh.innerHTML === part.innerHTML || (active && !active.matches("a")) || filled(part)) return;
    const next = document.importNode(fresh, true);
    part.replaceWith(next);
    if (active && next.querySelector("a")) next.querySelector("a").focus();
  }

  // A form that somebody has begun keeps the state of the chart it was begun on: what came in since is asked about.
  function sawAll(newest) {
    for (const seen of document.querySelectorAll('input[name="seen"]')) {
      if (!filled(seen.form) && !seen.form.contains(document.activeElement)) seen.value = newest;
    }
  }

  function filled(part) {
    return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")]
      .some((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value !== ""));
  }

  function typing() {
    return [...document.querySelectorAll("#room input:not([type=hidden]), #room textarea, #room select")]
      .some((field) => (field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
  }

  function moved(phase) {
    if (!typing()) return location.assign(here);
    const note = document.getElementById("moved");
    note.hidden = false;
    note.querySelector("[data-phase-name]").textContent = phase;
  }

  for (const news of ["room:due", "room:stored"]) page.addEventListener(news, refreshSoon);
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  open();
  setInterval(watch, 1000);
})();
