// What is pressed while the network is away waits in this browser and is sent once, with the minute it was pressed.
"use strict";
(() => {
  const form = document.getElementById("sit-form");
  const waits = document.getElementById("sit-waits");
  const next = document.getElementById("next");
  const key = `openkap-sit ${form.action}`;
  const RETRY_MS = 5000;
  const DRAW_AGAIN_MS = 60000;
  let sending = false;

  const kept = () => JSON.parse(localStorage.getItem(key) || "[]");
  const keep = (all) => localStorage.setItem(key, JSON.stringify(all));
  const tell = () => {
    const count = kept().length;
    waits.textContent = count ? `Not sent yet: ${count}. It is sent by itself. If help is needed, call.` : "";
  };

  const send = async () => {
    if (sending || !kept().length) return;
    sending = true;
    try {
      const [first, ...rest] = kept();
      const body = new URLSearchParams({ ...first, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.ok || answer.status === 400) keep(rest);
      if (answer.ok && !rest.length) location.reload();
    } catch {
      // The network is away: it stays kept and is tried again.
    } finally {
      sending = false;
      tell();
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = crypto.randomUUID ? crypto.randomUUID() : form.elements.id.value;
    keep([...kept(), { form: "sit", id, event: event.submitter.value, pressed_at: new Date().toISOString() }]);
    tell();
    send();
  });
  setInterval(send, RETRY_MS);
  setInterval(() => {
    if (next && Date.now() >= Date.parse(next.dataset.due)) {
      next.innerHTML = "<strong>Please answer now</strong>";
      if (navigator.vibrate) navigator.vibrate(400);
    }
  }, RETRY_MS);
  setInterval(async () => {
    if (kept().length) return;
    const there = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (there && there.ok) location.reload();
  }, DRAW_AGAIN_MS);
  tell();
  send();
})();
