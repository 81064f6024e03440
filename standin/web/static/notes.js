// Short notes that go away by themselves, and alerts that stay.

const SHOWN_MS = 4000;
const toast = document.getElementById("toast");
const dialog = document.getElementById("alert");
let timer;

export function note(text) {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => toast.classList.remove("shown"), SHOWN_MS);
}

export function alarm(text) {
  document.getElementById("alert-text").textContent = text;
  if (!dialog.open) dialog.showModal();
}
