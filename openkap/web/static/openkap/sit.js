// The sitter's page keeps itself fresh without being loaded again. What is pressed while the network is away waits
// in this browser and is sent once, with the minute it was pressed by the clinic's clock.
"use strict";

(() => {
  const main = document.getElementById("main");
  const form = document.getElementById("sit-form");
  const waits = document.getElementById("sit-waits");
  const loud = document.getElementById("sit-loud");
  const sounding = globalThis.openkapSounding;
  const key = `openkap-sit ${form.action}`;
  const RETRY_MS = 5000;
  const DRAW_AGAIN_MS = 20000;
  let ahead = Date.parse(main.dataset.now) - Date.now();  // of this telephone's clock
  let sending = false;

  const kept = () => JSON.parse(localStorage.getItem(key) || "[]");
  const keep = (all) => localStorage.setItem(key, JSON.stringify(all));
  const tell = (text) => { if (waits.textContent !== text) waits.textContent = text; };
  const count = () => tell(kept().length
    ? `Not sent yet: ${kept().length}. It is sent by itself. If help is needed, call.` : "");

  async function send() {
    if (sending || !kept().length) return;
    sending = true;
    try {
      const [first, ...rest] = kept();
      const body = new URLSearchParams({ ...first, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.ok) {
        keep(rest);
        count();
        await fresh();
      } else if (answer.status < 500) {
        keep(rest);
        tell("The clinic could not take this. If help is needed, call.");
        await fresh();
      }
    } catch {
      count();  // the network is away: it stays kept and is tried again
    } finally {
      sending = false;
    }
  }

  // Only the parts that show are replaced: a picture to the clinic goes on.
  async function fresh() {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer || (!answer.ok && answer.status !== 404)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = page.getElementById("main");
    if (!theirs || theirs.dataset.state !== main.dataset.state) return location.reload();
    ahead = Date.parse(theirs.dataset.now) - Date.now();
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
    }
    ask();
  }

  // Due: said, felt, and heard where the sitter wants it. It goes on until they answer.
  function ask() {
    const next = document.getElementById("next");
    const due = Boolean(next) && Date.now() + ahead >= Date.parse(next.dataset.due);
    if (due && !next.querySelector("[data-now]")) next.innerHTML = "<strong data-now>Please answer now</strong>";
    if (due && navigator.vibrate) navigator.vibrate(400);
    sounding.play(due ? "mid" : "");
  }

  const wanted = () => localStorage.getItem("openkap-sit-sound") === "on";

  function sound(on) {
    localStorage.setItem("openkap-sit-sound", on ? "on" : "off");
    sounding.set(on ? "aloud" : "off");
  }

  function label() {
    loud.setAttribute("aria-pressed", String(wanted()));
    const words = { off: "off", on: "on", blocked: "on: tap anywhere to hear it" };
    loud.querySelector("span").textContent = words[sounding.state()];
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = crypto.randomUUID ? crypto.randomUUID() : form.elements.id.value;
    const pressed = new Date(Date.now() + ahead).toISOString();
    keep([...kept(), { form: "sit", id, event: event.submitter.value, pressed_at: pressed }]);
    count();
    send();
  });
  loud.addEventListener("click", () => { sound(!wanted()); if (wanted()) sounding.test(); });
  document.addEventListener("sounding:state", label);
  loud.hidden = false;
  sound(wanted());
  setInterval(() => { send(); ask(); }, RETRY_MS);
  setInterval(fresh, DRAW_AGAIN_MS);
  count();
  ask();
  send();
})();
