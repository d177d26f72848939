// By keyboard alone, in a dim room, with the screen awake. Letters tap what shows them; they can be switched off.
"use strict";

(() => {
  const room = document.getElementById("room");
  if (!room) return;
  const kept = (name, otherwise) => { try { return localStorage.getItem(name) ?? otherwise; } catch { return otherwise; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* it holds for this page */ } };

  // Letters.
  const letters = document.getElementById("letters");
  let on = kept("openkap-letters", "on") === "on";

  function showLetters() {
    room.classList.toggle("no-letters", !on);
    if (!letters) return;
    letters.setAttribute("aria-pressed", String(on));
    letters.querySelector("span").textContent = on ? "on" : "off";
  }
  letters?.addEventListener("click", () => {
    on = !on;
    keep("openkap-letters", on ? "on" : "off");
    showLetters();
  });
  showLetters();

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "v") {
      event.preventDefault();
      return document.querySelector("#vitals input:not([type=hidden])")?.focus();
    }
    if (key === "x") {
      event.preventDefault();
      const emergency = document.querySelector(".k-emergency");
      if (emergency) { emergency.open = true; emergency.querySelector("button").focus(); }
      return;
    }
    const tapped = room.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!tapped) return;
    event.preventDefault();
    tapped.click();
    if (tapped.matches("summary")) tapped.parentElement.querySelector("button")?.focus();
  });

  // The dimmer: three steps, kept on this tablet. Nothing is hidden at any of them.
  const dimmer = document.getElementById("dimmer");
  const STEPS = ["bright", "dim", "dimmer"];
  let step = kept("openkap-dim", "bright");

  function dim() {
    document.documentElement.dataset.dim = step;
    if (dimmer) dimmer.querySelector("span").textContent = step;
  }
  dimmer?.addEventListener("click", () => {
    step = STEPS[(STEPS.indexOf(step) + 1) % STEPS.length];
    keep("openkap-dim", step);
    dim();
  });
  dim();

  // A screen that goes dark by itself shows nothing: ask for it to stay on, again after every look elsewhere.
  async function stayAwake() {
    if (document.visibilityState !== "visible" || !navigator.wakeLock || !room.dataset.stream) return;
    await navigator.wakeLock.request("screen").catch(() => null);
  }
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
})();
