// The clinic calls until it sees, says in words what it sees, and tells the server of every loss and return.
"use strict";

(() => {
  const call = globalThis.openkapCall;
  if (!call) return;
  const CALL_AGAIN_MS = 8000;
  const STILL_MS = 5000;
  const ahead = Date.parse(document.getElementById("main").dataset.now) - Date.now();
  const plan = document.getElementById("call-plan");
  const left = document.getElementById("call-left");
  let turn = 0;
  let called = -CALL_AGAIN_MS;
  let frames = 0;
  let moved = -STILL_MS;  // when the picture last moved
  let busy = false;
  let drawn = "";

  async function offer() {
    called = performance.now();
    frames = 0;
    const peer = await call.fresh();
    turn += 1;
    const said = await call.described(peer, await peer.createOffer());
    if (peer === call.peer) await call.send({ turn, description: said });
  }

  async function signal({ turn: of, description }) {
    const peer = call.peer;
    if (of !== turn || peer?.signalingState !== "have-local-offer") return;
    await peer.setRemoteDescription(description).catch(() => null);
  }

  async function look() {
    const now = await call.frames();
    if (now > frames) moved = performance.now();
    frames = now;
    const sees = performance.now() - moved < STILL_MS;
    const { admitted, seen } = call.stands;
    if (sees && seen !== "connected") await call.tell("connected");
    if (!sees && seen === "connected") await call.tell("lost");
    if (admitted && call.way && !sees && performance.now() - called > CALL_AGAIN_MS) await offer();
    words(sees);
  }

  function words(sees) {
    const { waits, admitted, seen, since } = call.stands;
    const when = since && new Date(since).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    if (admitted === undefined) call.say("This page does not hear from the server yet.");
    else if (!admitted) call.say(waits ? "Somebody waits to be let in." : "Nobody waits yet. The sitter’s page has a button for it.");
    else if (sees) call.say("Connected: you see and hear them.");
    else if (seen === "lost") call.say(`Not connected since ${when}. It is tried again by itself.`);
    else call.say("Let in. Connecting…");
    const until = Date.parse(left.dataset.until);
    plan.hidden = sees || Number.isNaN(until);
    const seconds = Math.floor((until - Date.now() - ahead) / 1000);
    const two = String(Math.abs(seconds) % 60).padStart(2, "0");
    left.textContent = seconds > 0 ? `${Math.floor(seconds / 60)}:${two}` : "now";
  }

  // What only the server can say: who waits, and by when the emergency number is called.
  async function draw() {
    const { waits, admitted, seen } = call.stands;
    const now = `${waits} ${admitted} ${seen}`;
    if (now === drawn) return;
    const first = drawn === "";
    drawn = now;
    if (waits && !document.querySelector("form[action$='/video/in/']")) return location.reload();
    if (first) return;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    left.dataset.until = page.getElementById("call-left")?.dataset.until || "";
  }

  call.listen({ signal, stands: draw });
  setInterval(async () => {
    if (busy) return;
    busy = true;
    await look().catch(() => null);
    busy = false;
  }, 1000);
})();
