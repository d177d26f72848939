// The slider of a typical adult's hours. Every point stands in the list below it; nothing is fetched or computed.
"use strict";

for (const whole of document.querySelectorAll("[data-hours]")) {
  const points = [...whole.querySelectorAll(".hours-list > div")];
  const move = whole.querySelector("[data-hours-move]");
  const range = move.querySelector("input");
  const here = whole.querySelector("[data-hours-here]");
  const words = ["when", "felt", "level"].map((name) => move.querySelector(`[data-hours-${name}]`));

  function show() {
    const point = points[range.valueAsNumber];
    [...point.children].forEach((said, place) => { words[place].textContent = said.textContent; });
    range.setAttribute("aria-valuetext", point.firstElementChild.textContent);
    here.setAttribute("transform", `translate(${point.dataset.x} 0)`);
    here.lastElementChild.setAttribute("cy", point.dataset.y);
  }

  move.hidden = false;
  range.addEventListener("input", show);
  show();
}
