// Signing out forgets what a room kept on this tablet. What was not sent yet is told first; a second press drops it.
const out = document.querySelector("form[action='/sign-out/']");

out?.addEventListener("submit", async (event) => {
  if (out.dataset.sure === "yes") return;
  event.preventDefault();
  const waiting = await globalThis.openkapStore.all().catch(() => []);
  const told = out.querySelector("[role=alert]") || out.appendChild(document.createElement("span"));
  told.setAttribute("role", "alert");
  if (waiting.length && !told.textContent) {
    told.textContent = `${waiting.length} not sent yet: open the room and they are. Sign out again to drop them.`;
    return;
  }
  await globalThis.openkapStore.forget().catch(() => null);
  out.dataset.sure = "yes";
  out.requestSubmit();
});
