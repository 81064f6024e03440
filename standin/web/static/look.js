// Light and dark: as the system has it, until somebody chooses.

const KEY = "look";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function show() {
  document.documentElement.dataset.look = chosen() ?? (dark.matches ? "dark" : "light");
}

export function startLook(button) {
  show();
  dark.addEventListener("change", show);
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.look === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      document.documentElement.dataset.look = next;
      return;
    }
    show();
  });
}
