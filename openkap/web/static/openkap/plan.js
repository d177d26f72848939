// What stands beside the choice, as it is typed. The server writes it; the browser only puts it in its place.
"use strict";

for (const form of document.querySelectorAll("form[data-preview]")) {
  const here = form.querySelector("[data-preview-here]");
  const shown = ["indication", "route", "dose_by", "mg_per_kg", "fixed", "minutes", "concentration", "weight_by"];
  let soon = 0;
  let asked = 0;

  async function look() {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, { method: "POST", body }).catch(() => null);
    if (mine !== asked) return;
    here.hidden = false;
    if (answer && answer.ok) here.innerHTML = await answer.text();
    else here.textContent = "This could not be fetched. It is shown again before anything is signed.";
  }

  form.addEventListener("input", (event) => {
    if (!shown.includes(event.target.name)) return;
    clearTimeout(soon);
    soon = setTimeout(look, 300);
  });
  if (form.querySelector("[name=route]:checked")) look();
}
