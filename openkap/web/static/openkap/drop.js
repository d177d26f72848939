/* A file dropped on the box goes into the same field the button fills, so both are sent the same way. */
const box = document.querySelector("[data-drop]");
const field = box?.querySelector("input[type=file]");
const says = box?.querySelector("[data-drop-says]");

function over(event) {
  event.preventDefault();
  box.classList.add("is-over");
}

function out() {
  box.classList.remove("is-over");
}

function dropped(event) {
  event.preventDefault();
  out();
  const files = event.dataTransfer?.files;
  if (!files?.length) return;
  if (files.length > 1) {
    says.textContent = "One record at a time, please. Drop a single file.";
    return;
  }
  field.files = files;
  field.form.requestSubmit();
}

if (field) {
  box.addEventListener("dragover", over);
  box.addEventListener("dragenter", over);
  box.addEventListener("dragleave", out);
  box.addEventListener("drop", dropped);
}
