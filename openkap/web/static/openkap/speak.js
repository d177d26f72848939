// A voice memo: recorded in this page, sent when it is stopped. What cannot be sent stays in the page to be sent again.
"use strict";

(() => {
  const part = document.getElementById("speak");
  const form = document.getElementById("note-form");
  const begin = document.getElementById("speak-begin");
  const end = document.getElementById("speak-end");
  const says = document.getElementById("speak-says");
  const kind = ["audio/webm", "audio/mp4", "audio/ogg"].find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  const BITS_A_SECOND = 24_000;
  const LONGEST_MS = 20 * 60_000;
  let recorder = null;
  let whole = null;
  if (!kind || !navigator.mediaDevices) return;
  part.hidden = false;

  async function send() {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("sound", whole, "memo");
    says.textContent = "It is being sent.";
    const answer = await fetch(part.dataset.to, { method: "POST", body }).catch(() => null);
    if (answer?.ok && new URL(answer.url).pathname === part.dataset.after) return location.assign(part.dataset.after);
    says.textContent = "Not kept yet: the clinic could not take it. Leave this page open and press again.";
    begin.textContent = "Send it again";
    begin.hidden = false;
  }

  begin.addEventListener("click", async () => {
    if (whole) return send();
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!sound) {
      says.textContent = "This browser may not use the microphone. You can allow it in its settings.";
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(sound, { mimeType: kind, audioBitsPerSecond: BITS_A_SECOND });
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of sound.getTracks()) track.stop();
      whole = new Blob(parts, { type: kind });
      end.hidden = true;
      send();
    });
    recorder.start();
    setTimeout(() => { if (recorder.state === "recording") recorder.stop(); }, LONGEST_MS);
    says.textContent = "Recording. Speak when you like.";
    begin.hidden = true;
    end.hidden = false;
    end.focus();
  });
  end.addEventListener("click", () => recorder.stop());
})();
