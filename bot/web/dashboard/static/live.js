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
  tick();
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

// Moments are the server's; how far its clock is from ours was to be seen when the page came.
const ahead = Number(document.documentElement.dataset.now) - Date.now() / 1000;

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function tick() {
  const now = Date.now() / 1000 + ahead;
  for (const one of document.querySelectorAll("[data-since], [data-until]")) {
    const { since, until } = one.dataset;
    one.textContent = clock(since ? now - since : until - now);
  }
}

setInterval(tick, 1000);
if (watched?.dataset.events) listen();
