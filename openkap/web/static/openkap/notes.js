// What is typed into a private note or a journal is kept as one goes, by the server; this browser stores nothing.
"use strict";

const form = document.getElementById("note-form");
const text = form.elements.text;
const kept = document.getElementById("note-kept");
const elsewhere = document.getElementById("note-elsewhere");
const PAUSE_MS = 1_500;
const AGAIN_MS = 5_000;
let stored = text.value;
let soon = 0;
let idle = 0;

const say = (words) => { if (kept.textContent !== words) kept.textContent = words; };

async function keep() {
  clearTimeout(soon);
  const now = text.value;
  if (now === stored) return true;
  const sent = new FormData(form);
  const answer = await fetch(form.dataset.draft, { method: "POST", body: sent }).catch(() => null);
  if (answer && answer.status === 204) {
    stored = now;
    elsewhere.hidden = true;
    say(`Kept at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}${form.dataset.kept}.`);
    return true;
  }
  const closed = answer && (answer.status === 403 || answer.redirected);
  elsewhere.hidden = !closed;
  say(closed
    ? form.dataset.closed
    : answer && answer.status === 400
      ? await answer.text()
      : "Not kept: the clinic cannot be reached. Leave this page open; it is tried again.");
  soon = setTimeout(keep, AGAIN_MS);
  return false;
}

// The screen closes with the key: nobody reads over a chair that was left.
function watched() {
  clearTimeout(idle);
  idle = setTimeout(async () => { if (await keep()) location.reload(); }, 1_000 * Number(form.dataset.openSeconds));
}

text.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(keep, PAUSE_MS);
  if (form.dataset.openSeconds) watched();
});
form.addEventListener("submit", () => { stored = text.value; });
window.addEventListener("beforeunload", (event) => { if (text.value !== stored) event.preventDefault(); });
if (form.dataset.openSeconds) watched();
