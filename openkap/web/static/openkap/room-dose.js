// The button of the next nasal device opens at the server's time; until then the reason stands beside it.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  if (!room) return;

  function open() {
    for (const form of document.querySelectorAll("form[data-opens]")) {
      const left = Math.ceil((Date.parse(form.dataset.opens) - room.now()) / 1000);
      const button = form.querySelector("[data-open-button]");
      if (!button.disabled || Number.isNaN(left)) continue;
      if (left > 0) continue;
      button.disabled = false;
      button.removeAttribute("aria-disabled");
      form.querySelector("[data-why]").textContent = "The time between two devices is over.";
      const shut = form.querySelector("[data-shut]");
      if (shut) shut.remove();
    }
  }

  open();
  setInterval(open, 1000);
})();
