// A timer that runs without a network. What is written down then waits on this phone and is sent once.
"use strict";

(() => {
  const form = document.getElementById("practice-form");
  const part = (name) => document.getElementById(`timer-${name}`);
  const steps = [...document.querySelectorAll("#practice-steps li")].map((line) => ({
    says: line.querySelector("span").textContent, ms: 1000 * Number(line.dataset.seconds),
  }));
  const rhythm = steps.reduce((sum, step) => sum + step.ms, 0);
  const TICK_MS = 200;
  let total = 0;
  let before = 0;  // ms until the last pause
  let since = 0;  // when it was last begun; 0 while it rests
  let ticking = 0;
  let awake = null;

  const elapsed = () => before + (since ? Date.now() - since : 0);

  function now(ms) {
    if (!rhythm) return Math.min(steps.length - 1, Math.floor((ms / total) * steps.length));
    let rest = ms % rhythm;
    return steps.findIndex((step) => (rest -= step.ms) < 0);
  }

  function draw() {
    const gone = elapsed();
    if (gone >= total) return over();
    const at = now(gone);
    const left = Math.ceil((total - gone) / 1000);
    if (part("step").textContent !== steps[at].says) {
      part("step").textContent = steps[at].says;
      part("round").style.transitionDuration = `${steps[at].ms || 2000}ms`;
      part("round").classList.toggle("is-wide", at % 2 === 0);
    }
    part("left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }

  async function stayAwake(wanted) {
    if (wanted) awake = await navigator.wakeLock?.request("screen").catch(() => null);
    else await awake?.release();
  }

  function run() {
    since = Date.now();
    ticking = setInterval(draw, TICK_MS);
    part("pause").textContent = "Pause";
    stayAwake(true);
    draw();
  }

  function rest() {
    before = elapsed();
    since = 0;
    clearInterval(ticking);
    stayAwake(false);
  }

  function over() {
    rest();
    part("runs").hidden = true;
    part("choose").hidden = false;
    form.elements.minutes.value = Math.max(1, Math.round(Math.min(before, total) / 60_000));
    document.getElementById("after-title").focus();
  }

  for (const button of part("choose").children) {
    button.addEventListener("click", () => {
      total = 60_000 * Number(button.dataset.minutes);
      before = 0;
      part("step").textContent = "";
      part("choose").hidden = true;
      part("runs").hidden = false;
      part("pause").focus();
      run();
    });
  }
  part("pause").addEventListener("click", () => {
    if (!since) return run();
    rest();
    part("pause").textContent = "Go on";
  });
  part("end").addEventListener("click", over);
  document.getElementById("practice-timer").hidden = false;

  const key = `openkap-practice ${form.dataset.who}`;
  const waits = document.getElementById("practice-waits");
  const RETRY_MS = 5000;
  const kept = () => JSON.parse(localStorage.getItem(key) || "[]");
  const keep = (all) => (all.length ? localStorage.setItem(key, JSON.stringify(all)) : localStorage.removeItem(key));

  function count(why = "") {
    const many = kept().length;
    const says = many ? `Kept on this phone: ${many}. ${why || "It is sent by itself when the network is back."}` : "";
    if (waits.textContent !== says) waits.textContent = says;
  }

  /** The clinic's time in ms, null where it cannot be reached. This phone's own clock may be wrong. */
  async function clock() {
    const answer = await fetch("/healthz", { method: "HEAD", cache: "no-store" }).catch(() => null);
    return answer && answer.status < 500 ? Date.parse(answer.headers.get("Date")) : null;
  }

  /** "stored", "away" or "refused". */
  async function post(to, fields, tapped) {
    const theirs = await clock();
    if (theirs === null) return "away";
    const body = new URLSearchParams(fields);
    body.set("tapped_at", new Date(theirs - (Date.now() - tapped)).toISOString());
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(to, { method: "POST", body }).catch(() => null);
    if (!answer || answer.status >= 500) return "away";
    return answer.ok && new URL(answer.url).pathname === form.dataset.after ? "stored" : "refused";
  }

  async function send() {
    await navigator.locks.request("openkap-practice", async () => {
      for (const [to, fields, tapped] of kept()) {
        const state = await post(to, fields, tapped);
        if (state === "refused") return count("Sign in again, or open this page anew, and it is sent.");
        if (state === "away") break;
        keep(kept().slice(1));
      }
      count();
    });
  }

  form.addEventListener("submit", async (event) => {
    if (form.dataset.asked) return;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    if ((await clock()) !== null || !/^\s*[1-9]\d*\s*$/.test(form.elements.minutes.value)) {
      form.dataset.asked = "yes";  // the server’s own page says what it made of it, beside each field
      form.requestSubmit();
      delete form.dataset.asked;
      return;
    }
    keep([...kept(), [form.getAttribute("action"), fields, Date.now()]]);
    form.reset();
    form.elements.id.value = crypto.randomUUID?.() || "";
    count();
  });
  addEventListener("online", send);
  setInterval(() => { if (kept().length) send(); }, RETRY_MS);
  send();
})();
