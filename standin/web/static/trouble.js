// Switches for what goes wrong between the bot and its messenger, and the end of the bot.

import { ask, Refused } from "./api.js";
import { sentence } from "./bubble.js";
import { note } from "./notes.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
let house = { names: [], on: [], restarts: false, away: false };

export function hearHouse(told) {
  house = told;
  showHouse();
}

// What is switched on, in words, wherever somebody looks.
export function showHouse() {
  const list = byId("trouble-list");
  if (list.children.length !== house.names.length) list.replaceChildren(...house.names.map(row));
  for (const name of house.names) {
    byId(`trouble-${name}`).checked = house.on.includes(name);
    byId(`trouble-${name}-name`).textContent = word(`trouble-${name}`);
    byId(`trouble-${name}-how`).textContent = word(`trouble-${name}-how`);
  }
  const nothing = !house.names.length && !house.restarts;
  byId("trouble").hidden = nothing;
  byId("kill-part").hidden = !house.restarts;
  byId("kill").disabled = house.away;
  const on = house.on.map((name) => word(`trouble-${name}`));
  if (house.away) on.unshift(word("bot-away"));
  byId("troubled").hidden = !on.length;
  byId("troubled").textContent = on.join(" · ");
  byId("trouble").classList.toggle("on", on.length > 0);
}

function row(name) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = `trouble-${name}`;
  box.setAttribute("role", "switch");
  box.setAttribute("aria-describedby", `trouble-${name}-how`);
  box.addEventListener("change", () => tell("/api/troubles", { name, on: box.checked }));
  const title = document.createElement("span");
  title.id = `trouble-${name}-name`;
  label.append(box, title);
  const how = document.createElement("p");
  how.id = `trouble-${name}-how`;
  item.append(label, how);
  return item;
}

async function tell(path, content) {
  try {
    hearHouse(await ask(path, content));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    note(sentence(error.code));
    showHouse();
  }
}

byId("kill").addEventListener("click", () => tell("/api/restart", {}));
