// The chats that there are: alone with the bot, or in a group; as oneself, or as a second person in
// a tab of their own.

import { pageOf, person, room } from "./seat.js";
import { has, word } from "./words.js";

const list = document.getElementById("places-list");

export function nameOf(number) {
  const name = number === 1 ? "person" : `person-${number}`;
  return word(has(name) ? name : "person");
}

export function showPlaces(people) {
  const items = [link("to-private", pageOf(person, "private"), room === "private")];
  items.push(link("to-group", pageOf(person, "group"), room === "group"));
  for (let other = 1; other <= people; other += 1) {
    if (other !== person) items.push(elsewhere(other));
  }
  list.replaceChildren(...items);
}

function link(name, address, here) {
  const item = document.createElement("li");
  const node = document.createElement("a");
  node.href = address;
  node.textContent = word(name);
  if (here) node.setAttribute("aria-current", "page");
  item.append(node);
  return item;
}

function elsewhere(number) {
  const item = link("to-person", pageOf(number, room), false);
  item.firstChild.textContent = word("to-person", { name: nameOf(number) });
  item.firstChild.target = `sandbox-person-${number}`;
  return item;
}
