// Under the hood of a message: the calls that made it, the job's phases, plan, command and log.

import { ask, Refused } from "./api.js";
import { sentence } from "./bubble.js";
import { note } from "./notes.js";
import { at } from "./seat.js";
import { has, word } from "./words.js";

const SETTLED_MS = 400;
const WELL = 200;
const drawer = document.getElementById("hood");
const content = document.getElementById("hood-content");
let shown = null;
let timer;

export async function openHood(message) {
  shown = message.id;
  document.getElementById("hood-save").href = at(`/api/hood/${shown}?save`);
  content.replaceChildren();
  if (!drawer.open) drawer.showModal();
  await fill();
}

// The message that is looked at may have changed.
export function hoodHears(id) {
  if (!drawer.open || id !== shown) return;
  clearTimeout(timer);
  timer = setTimeout(fill, SETTLED_MS);
}

async function fill() {
  const id = shown;
  let known;
  try {
    known = await ask(`/api/hood/${id}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    note(sentence(error.code));
    return;
  }
  if (id !== shown) return;
  const open = new Set([...content.querySelectorAll("details[open]")].map((node) => node.dataset.key));
  const parts = known.sections.map(section);
  if (!parts.length) parts.push(line("p", "hood-none", word("hood-none")));
  content.replaceChildren(...parts, calls(known));
  for (const node of content.querySelectorAll("details")) node.open = open.has(node.dataset.key);
}

function section({ name, lines, rows }) {
  const part = titled(name);
  if (rows.length) part.append(table(rows.map((row) => row.map(label))));
  if (lines.length) part.append(block(lines.join("\n"), name));
  return part;
}

// Moments in the time of this place; for the bot's own words the page may have some of its own.
function label(cell) {
  if (/^\d{4}-\d\d-\d\dT/.test(cell)) return hour(Date.parse(cell));
  const name = `hood-${cell}`;
  return has(name) ? word(name) : cell;
}

function hour(moment) {
  return new Date(moment).toLocaleTimeString(undefined, { hour12: false });
}

function calls({ calls: all, left_out: left }) {
  const part = titled("calls");
  const list = document.createElement("ol");
  list.className = "calls";
  list.append(...all.map(call));
  if (left) part.append(line("p", "hood-more", word("hood-left-out", { count: left })));
  part.append(list);
  return part;
}

function call(one, place) {
  const item = document.createElement("li");
  const details = document.createElement("details");
  details.dataset.key = `${one.method} ${one.at}`;
  const head = document.createElement("summary");
  const well = one.status === WELL && !one.dropped;
  const status = line("span", well ? "status" : "status bad", one.dropped ? word("hood-dropped") : String(one.status));
  const when = hour(one.at * 1000);
  const took = line("span", "took", `${when} · ${Math.max(1, Math.round(one.seconds * 1000))} ms`);
  head.append(line("b", "method", one.method), status, took);
  details.append(head);
  if (one.description) details.append(line("p", "said", one.description));
  details.append(block(one.params, `${one.method} ${place + 1}`));
  item.append(details);
  return item;
}

function titled(name) {
  const part = document.createElement("section");
  part.dataset.part = name;
  part.append(line("h3", "", word(has(`hood-${name}`) ? `hood-${name}` : name)));
  return part;
}

function table(rows) {
  const node = document.createElement("table");
  for (const row of rows) {
    const line_ = node.insertRow();
    row.forEach((cell, column) => {
      const box = document.createElement(column ? "td" : "th");
      if (!column) box.scope = "row";
      box.textContent = cell;
      line_.append(box);
    });
  }
  return node;
}

// Long lines are scrolled through, by keyboard too.
function block(text, name) {
  const node = line("pre", "", text);
  node.tabIndex = 0;
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", word(has(`hood-${name}`) ? `hood-${name}` : "hood-params", { name }));
  return node;
}

function line(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.textContent = text;
  return node;
}

document.getElementById("hood-close").addEventListener("click", () => drawer.close());
drawer.addEventListener("close", () => (shown = null));
// A click beside it closes it.
drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
