// A drill: what somebody in the room would see by now. The monitor's values come as readings, like any others.
"use strict";

(() => {
  const part = document.querySelector("[data-drill-began]");
  const room = globalThis.openkapRoom;
  if (!part || !room) return;
  const began = Date.parse(part.dataset.drillBegan);
  const moments = JSON.parse(document.getElementById("drill-moments").textContent);
  const told = document.getElementById("drill-told");

  function tell() {
    const since = (room.now() - began) / 1000;
    const text = moments.filter((moment) => moment.after_s <= since).at(-1).says;
    if (told.textContent !== text) told.textContent = text;
  }
  tell();
  setInterval(tell, 1000);
})();
