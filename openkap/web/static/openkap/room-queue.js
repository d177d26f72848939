// Whatever is charted is kept first and sent then: in order, once, under an id made here, with the minute of the
// tap. Without a server it waits and the page says how many do. What the server refuses comes back with its text.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  const store = globalThis.openkapStore;
  if (!room || !store) return;
  const RETRY_MS = 4000;
  const here = room.page.dataset.here;
  const me = room.page.dataset.who;
  const said = document.getElementById("tapped");
  const returned = document.getElementById("returned");
  const heard = new Map();  // number → what is told when it was sent

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function told(text, pressing) {
    const line = said || document.getElementById("waiting");
    line.hidden = false;
    line.textContent = text;
    line.classList.toggle("is-over", Boolean(pressing));
  }

  function entryOf(form, button) {
    const body = new FormData(form, button || undefined);
    body.delete("csrfmiddlewaretoken");
    if (form.matches("[data-tap]") || !body.get("id")) body.set("id", newId());
    body.set("tapped_at", new Date(room.now()).toISOString());
    const to = new URL(form.getAttribute("action"), location.origin + here).pathname;
    const says = (button && form.matches("[data-tap]") && button.querySelector("span, b")?.firstChild?.textContent)
      || button?.textContent.trim() || "";
    const called = form.dataset.queue ? `${form.dataset.queue}${form.matches("[data-tap]") && says ? `: ${says}` : ""}` : says;
    return { to, room: here, who: me, fields: [...body.entries()].map(([k, v]) => [k, String(v)]), says: called, at: room.now(), tap: form.matches("[data-tap]") };
  }

  /** What the server made of one entry: "stored", "refused", "signed out" or "away". */
  async function post(entry, again = true) {
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    body.set("csrfmiddlewaretoken", document.querySelector("#room input[name=csrfmiddlewaretoken]")?.value || "");
    // What a form did is told by the room that is opened next; what a tap did is told beside it.
    const headers = entry.tap ? {} : { "X-Requested-With": "fetch" };
    const answer = await fetch(entry.to, { method: "POST", body, headers }).catch(() => null);
    if (!answer || answer.status >= 500) return { state: "away" };
    const path = new URL(answer.url).pathname;
    if (answer.ok && path === entry.room) return { state: "stored", page: await answer.text() };
    if (path.startsWith("/sign-in/")) return { state: "signed out" };
    if (answer.status === 403 && again && (await freshToken())) return post(entry, false);
    return { state: "refused", page: await answer.text(), status: answer.status };
  }

  /** The token of a form belongs to one sign-in; after another one the page asks for a new one. */
  async function freshToken() {
    const answer = await fetch(here).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    for (const old of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) if (token) old.value = token;
    return Boolean(token);
  }

  function sentence(page, selectors) {
    const found = new DOMParser().parseFromString(page, "text/html").querySelector(selectors);
    return found ? found.textContent.replace(/\s+/g, " ").trim() : "";
  }

  const why = (page) => sentence(page, ".govuk-error-summary__list, .k-refused, main .k-lede, h1") || "The server did not take it";

  async function send() {
    if (!store.usable) return;
    await navigator.locks.request("openkap-send", async () => {
      for (const entry of await store.all()) {
        if (entry.refused || entry.who !== me) continue;
        const { state, page } = await post(entry);
        if (state === "away" || state === "signed out") {
          heard.get(entry.n)?.({ state });
          if (state === "signed out") room.signedOut = true;
          break;
        }
        room.signedOut = false;
        if (state === "stored") await store.remove(entry.n);
        else await refuse(entry, why(page));
        heard.get(entry.n)?.({ state, page });
        heard.delete(entry.n);
      }
    });
    await show();
  }

  /** What came back at once stays in its form; what waited comes back in a list of its own. */
  async function refuse(entry, reason) {
    if (heard.has(entry.n)) return store.remove(entry.n);
    return store.change(entry.n, { ...entry, refused: reason });
  }

  async function show() {
    const all = await store.all();
    const mine = all.filter((entry) => !entry.refused && entry.who === me);
    const others = all.filter((entry) => !entry.refused && entry.who !== me);
    const line = document.getElementById("waiting");
    const many = mine.length === 1 ? "1 entry waits" : `${mine.length} entries wait`;
    const texts = [];
    if (mine.length && room.signedOut) texts.push(`${many} on this tablet. You are signed out: sign in again, and they are sent.`);
    else if (mine.length) texts.push(`${many} on this tablet. They are sent by themselves, once, when the server is back.`);
    if (others.length) texts.push(`${others.length} of somebody else’s wait as well, until they sign in here.`);
    if (line) {
      line.textContent = texts.join(" ");
      line.hidden = !texts.length;
    }
    showReturned(all.filter((entry) => entry.refused && entry.who === me));
  }

  function showReturned(entries) {
    if (!returned) return;
    returned.hidden = !entries.length;
    const list = returned.querySelector("ul");
    list.replaceChildren(...entries.map((entry) => {
      const line = document.createElement("li");
      const typed = entry.fields.filter(([name, value]) => value && !["form", "id", "seen", "tapped_at"].includes(name));
      const text = document.createElement("p");
      text.textContent = `${room.wall(entry.at)} ${entry.says}. ${entry.refused}`;
      const kept = document.createElement("p");
      kept.className = "k-small";
      kept.textContent = `What was typed: ${typed.map(([name, value]) => `${name.replace("_", " ")} ${value}`).join(", ")}`;
      line.append(text, kept, button("Put it back into its form", () => putBack(entry)), button("Drop it", () => drop(entry)));
      return line;
    }));
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "govuk-button govuk-button--secondary";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  async function putBack(entry) {
    const form = [...document.querySelectorAll("form[data-queue]")].find((one) =>
      new URL(one.action, location.origin).pathname === entry.to
      && entry.fields.every(([name]) => name === "id" || name === "tapped_at" || one.elements[name]));
    if (!form || form.matches("[data-tap]")) return;
    for (const [name, value] of entry.fields) {
      if (["form", "id", "tapped_at"].includes(name)) continue;
      form.elements[name].value = value;
    }
    const earlier = form.elements.happened;
    if (earlier && !earlier.value) {
      earlier.value = room.wall(entry.at).slice(0, 5);
      earlier.closest("details").open = true;
    }
    await drop(entry);
    form.scrollIntoView({ block: "center" });
  }

  async function drop(entry) {
    await store.remove(entry.n);
    await show();
  }

  async function chart(form, pressed) {
    const entry = entryOf(form, pressed);
    const button = pressed || form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    const outcome = store.usable ? await keepAndSend(entry) : await post(entry);
    button.removeAttribute("aria-busy");
    room.page.dispatchEvent(new CustomEvent("room:charted"));
    if (outcome.state === "stored" && !entry.tap) {
      location.assign(here);
    } else if (outcome.state === "refused" && !entry.tap && room.page.dataset.stream) {
      submit(form, pressed);  // nothing was recorded, and the server’s own page says what to mend, beside each field
    } else if (outcome.state === "stored") {
      told((sentence(outcome.page, ".k-said, .govuk-notification-banner__content") || "Recorded").replace(/\.$/, ""));
      begin(form);
      room.page.dispatchEvent(new CustomEvent("room:stored"));
    } else if (outcome.state === "refused") {
      told(`Not recorded: ${entry.says}. ${why(outcome.page)}`, true);
      said?.scrollIntoView({ block: "nearest" });
    } else if (store.usable) {
      told(`Kept on this tablet at ${room.wall(entry.at).slice(0, 5)}: ${entry.says}`, true);
      begin(form);
    } else {
      told(`Not recorded: ${entry.says}. Tap it again.`, true);
    }
  }

  function keepAndSend(entry) {
    return new Promise((resolve) => {
      store.add(entry).then(async (n) => {
        heard.set(n, resolve);
        await send();
        heard.delete(n);
        resolve({ state: "away" });  // it waits behind another; the first answer given counts
      }, async () => resolve(await post(entry)));
    });
  }

  function begin(form) {
    form.reset();
    const id = form.elements.id;
    if (id) id.value = newId();
    for (const open of form.querySelectorAll("details.when[open]")) open.open = false;
    const asks = form.closest("details.event-asks");
    if (asks) asks.open = false;
  }

  // What a person signs, and every dose, needs the server there and then: it is asked first, so that nothing typed is lost.
  async function ask(form, button) {
    const there = await fetch("/room-worker.js", { method: "HEAD", cache: "no-store" }).then((a) => a.ok, () => false);
    const note = form.querySelector(".needs-server") || Object.assign(document.createElement("p"), { className: "needs-server" });
    note.setAttribute("role", "alert");
    note.textContent = there ? "" : "This needs the server, which cannot be reached. Nothing was recorded; what you typed stays here.";
    if (!there) return form.append(note);
    note.remove();
    submit(form, button);
  }

  /** As the browser sends it, without being asked here again. */
  function submit(form, button) {
    form.dataset.asked = "yes";
    form.requestSubmit(button || undefined);
    delete form.dataset.asked;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("#room, .k-who") || form.dataset.asked === "yes") return;
    if (form.matches("[data-queue]")) {
      event.preventDefault();
      const button = event.submitter;
      if (button?.getAttribute("aria-busy") !== "true") chart(form, button);
    } else {
      event.preventDefault();
      ask(form, event.submitter);
    }
  });

  room.page.addEventListener("room:alive", send);
  addEventListener("online", send);
  setInterval(async () => { if (store.usable && (await store.all()).some((entry) => !entry.refused)) send(); }, RETRY_MS);

  async function begun() {
    if (!store.usable || !me) return;
    await send();
    if (room.page.dataset.ended === "yes" && !(await store.all()).length) return store.forget();
    await store.remember({ who: me, room: here, ahead_ms: room.now() - Date.now(), zone: room.page.dataset.zone });
  }
  begun();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/room-worker.js").catch(() => null);
})();
