/* The board asks for itself again every half minute, unless somebody is in the middle of something on it. */
const EVERY_MS = 30_000;

function busy() {
  const main = document.querySelector("#main");
  return document.hidden || main.contains(document.activeElement) || window.getSelection()?.type === "Range";
}

async function again() {
  if (busy() || document.querySelector("#main details[open]")) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#main");
    if (fresh && !busy()) document.querySelector("#main").replaceWith(document.adoptNode(fresh));
  } catch {
    /* The network is away: what is shown carries its times, and the next half minute asks again. */
  }
}

setInterval(again, EVERY_MS);
