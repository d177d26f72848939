// A passkey is made, or signs: the server asks, the device answers, and the form carries the answer like any other.
"use strict";

(() => {
  const form = document.getElementById("passkey-form");
  const says = document.getElementById("passkey-says");
  const does = form.dataset.does;  // "create" or "get"
  const read = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" }[does];
  if (!globalThis.PublicKeyCredential?.[read]) return;
  form.hidden = false;
  says.textContent = "";

  async function answer() {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const asked = await fetch(form.dataset.begin, { method: "POST", body });
    if (!asked.ok) throw new Error("The clinic cannot be reached, or took no more. Nothing was changed.");
    const publicKey = PublicKeyCredential[read](await asked.json());
    return navigator.credentials[does]({ publicKey });
  }

  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value || (form.elements.name && !form.elements.name.value.trim())) return;
    event.preventDefault();
    says.textContent = "Your device asks you now.";
    try {
      const made = await answer();
      form.elements.answer.value = JSON.stringify(made.toJSON());
      if (form.elements.credential) form.elements.credential.value = made.id;
      form.requestSubmit();
    } catch (fault) {
      says.textContent = fault.name === "NotAllowedError" ? "Your device did not confirm it. Nothing was changed."
        : fault.name === "SecurityError" ? "Passkeys work where this address is a name, such as localhost, and not numbers."
        : fault.name === "InvalidStateError" ? "This device has a passkey here already." : fault.message;
    }
  });
})();
