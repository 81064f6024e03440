// Puts what the server sends into the page: pieces by the id of their element, lists by the ids of
// their items. What has the focus keeps it.
"use strict";
const watched = document.querySelector("[data-events]");
const offline = document.getElementById("offline");
const LATER = 5000;

function fill(element, html) {
  if (!element || element.innerHTML === html) return;
  const held = document.activeElement;
  const id = held && element.contains(held) ? held.id : "";
  element.innerHTML = html;
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function arrange(list, { order, items }) {
  const held = document.activeElement?.id;
  for (const child of [...list.children]) if (!order.includes(child.id)) child.remove();
  order.forEach((id, at) => {
    let item = document.getElementById(id);
    if (!item) {
      item = document.createElement("li");
      item.id = id;
    }
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
    if (id in items) fill(item, items[id]);
  });
  if (held && document.activeElement?.id !== held) {
    document.getElementById(held)?.focus({ preventScroll: true });
  }
}

function show(news) {
  for (const [id, html] of Object.entries(news.pieces ?? {})) {
    fill(document.getElementById(id), html);
  }
  for (const [id, change] of Object.entries(news.lists ?? {})) {
    const list = document.getElementById(id);
    if (list) arrange(list, change);
  }
}

function listen() {
  const events = new EventSource(watched.dataset.events);
  events.addEventListener("open", () => { offline.hidden = true; });
  events.addEventListener("message", (event) => show(JSON.parse(event.data)));
  events.addEventListener("gone", () => { events.close(); location.assign("/login"); });
  events.addEventListener("error", () => {
    offline.hidden = false;
    // A refusal ends an EventSource for good: too many listen, or the session is over.
    if (events.readyState === EventSource.CLOSED) setTimeout(again, LATER);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
}

async function again() {
  try {
    const page = await fetch(location.href, { redirect: "manual" });
    if (page.type === "opaqueredirect") location.assign("/login");
    else listen();
  } catch {
    setTimeout(again, LATER);
  }
}

if (watched?.dataset.events) listen();
