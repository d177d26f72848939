// The sum beside a form is the server's own: the browser asks for it and never does arithmetic.
"use strict";

for (const form of document.querySelectorAll("form[data-sum]")) {
  const line = form.querySelector("[data-sum-line]");
  const names = form.dataset.sumFrom.split(" ");
  let soon = 0;
  let asked = 0;

  const typed = () => {
    const all = new FormData(form);
    return new URLSearchParams(names.filter((name) => all.get(name)).map((name) => [name, all.get(name)]));
  };

  async function sum() {
    const mine = ++asked;
    const query = typed();
    if (![...query].some(([, value]) => /\S/.test(value))) {
      line.textContent = line.dataset.empty;
      line.classList.add("sum-wait");
      return;
    }
    const answer = await fetch(`${form.dataset.sum}?${query}`).catch(() => null);
    if (mine !== asked) return;
    line.classList.remove("sum-wait");
    line.textContent = answer && answer.ok
      ? await answer.text()
      : "The sum could not be fetched. It is shown again before anything is recorded.";
  }

  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(soon);
    soon = setTimeout(sum, 250);
  });
  if (typed().size) sum();
}
