// The room's alerts: they sound as soon as they are heard of, a receipt goes back for each that was told, and the
// screen notices by itself when it, the server or the engine has fallen silent.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  const sounding = globalThis.openkapSounding;
  const fail = document.getElementById("fail");
  if (!room || !room.page.dataset.stream || !sounding || !fail) return;
  const page = room.page;
  const UNSURE_S = Number(fail.dataset.unsure);
  const LEVELS = { high: "high", medium: "mid", low: "low" };
  const ORDER = ["high", "mid", "low"];
  const told = new Set();
  let heard = performance.now();
  let engine = true;
  let quiet = false;

  const bar = () => document.getElementById("bar");

  // What the bar lists, its silences counted down; the worst that sounds is what is heard.
  function look() {
    const now = room.now();
    for (const el of bar().querySelectorAll("[data-until]")) {
      const left = (Date.parse(el.dataset.until) - now) / 1000;
      if (page.contains(el)) continue;  // counted by the room's own clock
      if (left > 0) el.textContent = room.clock(left);
      else page.dispatchEvent(new CustomEvent("room:due"));
    }
    sounding.set(bar().dataset.sound || "off");
    const sounds = [...bar().querySelectorAll("[data-sounds]")].map((el) => el.dataset.level);
    sounding.play(ORDER.find((level) => sounds.includes(level)) || "");
    receipts();
  }

  function receipts() {
    const seen = document.visibilityState === "visible";
    const sounded = sounding.state() === "on";
    if (!seen && !sounded) return;
    const where = new Map();  // address → ids: the board of all rooms tells of several visits
    for (const el of bar().querySelectorAll("[data-alert]:not([data-elsewhere])")) {
      if (told.has(el.dataset.alert)) continue;
      const address = el.dataset.receipt || page.dataset.receipt;
      where.set(address, [...(where.get(address) || []), el.dataset.alert]);
    }
    for (const [address, ids] of where) send(address, ids, seen ? "shown" : "sounded");
  }

  async function send(address, ids, how) {
    ids.forEach((id) => told.add(id));
    const body = new FormData();
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) body.set("csrfmiddlewaretoken", token.value);
    ids.forEach((id) => body.append("raised", id));
    body.set("screen", page.dataset.screen);
    body.set("how", how);
    const answer = await fetch(address, { method: "POST", body }).catch(() => null);
    // Not taken: told again at the next look, unless this person may not tell at all.
    if (!answer || answer.status >= 500) ids.forEach((id) => told.delete(id));
  }

  // Heard of before the page has drawn it: the sound does not wait.
  page.addEventListener("room:entry", (event) => {
    const { id, kind, priority } = event.detail;
    if (kind !== "alert-raised") return;
    const now = LEVELS[priority];
    const before = sounding.playing;
    if (!before || ORDER.indexOf(now) < ORDER.indexOf(before)) sounding.play(now);
    if (document.visibilityState === "visible" || sounding.state() !== "on") return;  // told once it is drawn
    send(page.dataset.receipt, [id], "sounded");
  });

  page.addEventListener("room:beat", (event) => {
    heard = performance.now();
    const { engine_s: seconds } = event.detail;
    engine = seconds !== null && seconds <= UNSURE_S;
    if (engine) sounding.beat(UNSURE_S);
    check();
  });

  function check() {
    const cut = performance.now() - heard > UNSURE_S * 1000;
    const wrong = cut || !engine;
    if (!wrong) quiet = false;
    const says = cut ? "This screen hears nothing from the server." : "Prompts and alerts are not running.";
    const text = fail.querySelector("[data-fail]");
    if (wrong && text.textContent !== says) text.textContent = says;
    if (fail.hidden === wrong) fail.hidden = !wrong;
    document.body.classList.toggle("is-cut-off", wrong);
    fail.querySelector("[data-quiet]").hidden = !wrong || quiet || sounding.state() !== "on";
  }

  fail.querySelector("[data-quiet]").addEventListener("click", () => { quiet = true; sounding.rest(); check(); });

  // A sound that is off or blocked is always said.
  function state() {
    const out = document.getElementById("sound-state");
    const words = { off: "Silent in this room", on: "Sound on", blocked: "Sound blocked: tap anywhere" };
    if (!out) return;
    if (out.textContent !== words[sounding.state()]) out.textContent = words[sounding.state()];
    out.classList.toggle("is-blocked", sounding.state() === "blocked");
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-test-sound]")) sounding.test();
  });
  document.addEventListener("sounding:state", state);
  document.addEventListener("visibilitychange", look);
  page.addEventListener("room:refreshed", look);
  setInterval(() => { look(); check(); }, 1000);
  look();
  state();
})();
