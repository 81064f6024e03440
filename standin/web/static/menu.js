// What can be done with a message: a small menu at its bubble, by mouse and by keyboard.

import { word } from "./words.js";

const EDGE_PX = 8;
const node = document.getElementById("deeds");
let from = null;

// `deeds` are pairs of a name, which has a word `do-name`, and what it does.
export function openMenu(button, deeds) {
  from = button;
  node.replaceChildren(...deeds.map(([name, act]) => item(name, act)));
  node.setAttribute("aria-label", word("deeds"));
  node.showPopover();
  place(button.getBoundingClientRect());
  node.firstChild.focus();
}

function item(name, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "menuitem");
  button.tabIndex = -1;
  button.dataset.deed = name;
  button.textContent = word(`do-${name}`);
  button.addEventListener("click", () => {
    close();
    act();
  });
  return button;
}

function close() {
  node.hidePopover();
  from?.focus();
}

function place(beside) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.min(Math.max(EDGE_PX, beside.right - width), innerWidth - width - EDGE_PX);
  const below = beside.bottom + height + EDGE_PX < innerHeight;
  node.style.left = `${left}px`;
  node.style.top = `${below ? beside.bottom : Math.max(EDGE_PX, beside.top - height)}px`;
}

node.addEventListener("keydown", (event) => {
  const items = [...node.children];
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items.at(next % items.length).focus();
  } else if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    close();
  }
});
// What scrolls away takes its menu along.
document.getElementById("chat").addEventListener("scroll", () => node.hidePopover(), { passive: true });
