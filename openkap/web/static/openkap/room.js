// The room's clock. Everything counted on the page runs from the server's time, never from the tablet's,
// and on the tablet's steady timer, so a wrong or stepping clock changes nothing.
"use strict";

(() => {
  const page = document.getElementById("room");
  if (!page) return;

  let base = Date.parse(page.dataset.now);
  let mark = performance.now();

  const room = {
    page,
    now: () => base + (performance.now() - mark),
    set(iso) {
      const heard = Date.parse(iso);
      if (Number.isFinite(heard)) {
        base = heard;
        mark = performance.now();
      }
    },
    words(seconds) {
      const minutes = Math.max(0, Math.floor(seconds / 60));
      return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
    },
    clock(seconds) {
      const whole = Math.max(0, Math.floor(seconds));
      const two = (n) => String(n).padStart(2, "0");
      const hours = Math.floor(whole / 3600);
      const minutes = Math.floor((whole % 3600) / 60);
      return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
    },
    wall(ms) {
      const shown = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: page.dataset.zone || undefined };
      const clock = new Intl.DateTimeFormat("en-GB", shown);
      const twice = [ms - 3600000, ms + 3600000].some((other) => clock.format(other) === clock.format(ms));
      if (!twice) return clock.format(ms);
      return new Intl.DateTimeFormat("en-GB", { ...shown, timeZoneName: "short" }).format(ms);
    },
  };
  globalThis.openkapRoom = room;

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function count() {
    const now = room.now();
    for (const el of page.querySelectorAll("[data-since]")) {
      write(el, room.clock((now - Date.parse(el.dataset.since)) / 1000));
    }
    for (const el of page.querySelectorAll("[data-until]")) {
      const left = (Date.parse(el.dataset.until) - now) / 1000;
      el.classList.toggle("is-over", left < 0);
      const late = left > -60 ? "due now" : `overdue by ${room.words(-left)}`;
      write(el, left >= 0 ? room.clock(left) : late);
      if (left < 0) overdue(el, Math.floor(-left / 60));
    }
    for (const el of page.querySelectorAll("[data-ago]")) {
      const seconds = (now - Date.parse(el.dataset.ago)) / 1000;
      write(el, seconds < 60 ? "just now" : `${room.words(seconds)} ago`);
    }
    for (const tile of page.querySelectorAll("[data-tile]")) age(tile, now);
  }

  // Time alone makes a check overdue: the page is told once, and again each minute, so that the bar can say so.
  function overdue(el, minutes) {
    const told = `${el.dataset.until} ${minutes}`;
    if (page.dataset.told === told) return;
    page.dataset.told = told;
    page.dispatchEvent(new CustomEvent("room:due"));
  }

  // A value that has grown old is taken off the tile: what is left is how long there has been none.
  function age(tile, now) {
    if (!tile.dataset.at) return;
    const seconds = (now - Date.parse(tile.dataset.at)) / 1000;
    const old = seconds > Number(tile.dataset.freshFor);
    tile.classList.toggle("tile-old", old);
    if (old) write(tile.querySelector("[data-gap]"), `no reading for ${room.words(seconds)}`);
  }

  // Spoken politely, and at most once a minute: a screen reader in a quiet room must stay quiet.
  function speak() {
    const out = document.getElementById("spoken");
    if (!out) return;
    const said = [...page.querySelectorAll("[data-say]")]
      .map((el) => `${el.dataset.say} ${el.innerText.trim()}`.replace(/\s+/g, " "))
      .filter((text) => text.trim());
    write(out, said.join(". "));
  }

  count();
  page.addEventListener("room:refreshed", count);
  setInterval(count, 1000);
  setInterval(speak, 60000);
})();
