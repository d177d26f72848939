// The lights of the devices: heard just now with every reading that arrives, silent when none has for a while.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  if (!room) return;

  room.page.addEventListener("room:reading", (event) => {
    for (const line of room.page.querySelectorAll("[data-sender]")) {
      if (line.dataset.sender === event.detail.source) line.dataset.heard = event.detail.received_at;
    }
    light();
  });

  function light() {
    for (const line of room.page.querySelectorAll("[data-sender][data-heard]")) {
      const seconds = (room.now() - Date.parse(line.dataset.heard)) / 1000;
      const silent = seconds > Number(line.dataset.silentAfter);
      const ago = seconds < 60 ? "just now" : `${room.words(seconds)} ago`;
      const said = silent ? `Silent: last heard ${ago}` : `Heard ${ago}`;
      line.classList.toggle("is-silent", silent);
      const out = line.querySelector("[data-light]");
      const clock = line.dataset.clock;
      const text = clock ? `${said}. ${clock}` : said;
      if (out.textContent !== text) out.textContent = text;
    }
  }

  setInterval(light, 1000);
})();
