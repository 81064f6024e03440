// Puts what the server sends into the page: pieces by the id of their element, lists by the ids of
// their items. What has the focus keeps it, and nothing moves under a finger that presses.
"use strict";
const watched = document.querySelector("[data-events]");
const offline = document.getElementById("offline");
const LATER = 5000;
// The click comes after the release, on a touch screen somewhat later.
const SETTLES = 100;

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

// A click is one on what was pressed and is still there when it is let go: so news wait meanwhile.
let pressed = false;
let waiting = null;
let settling = 0;

function tell(news) {
  if (!pressed) show(news);
  else waiting = waiting ? both(waiting, news) : news;
}

function both(before, after) {
  const lists = { ...before.lists };
  for (const [id, { order, items }] of Object.entries(after.lists ?? {})) {
    lists[id] = { order, items: { ...lists[id]?.items, ...items } };
  }
  return { pieces: { ...before.pieces, ...after.pieces }, lists };
}

function press() {
  clearTimeout(settling);
  pressed = true;
}

function release() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    pressed = false;
    const news = waiting;
    waiting = null;
    if (news) show(news);
  }, SETTLES);
}

function feel() {
  watched.addEventListener("pointerdown", press);
  watched.addEventListener("keydown", (event) => { if (event.key === " ") press(); });
  addEventListener("keyup", (event) => { if (event.key === " ") release(); });
  // What is pressed may be let go where no page hears of it: in a menu, in another window.
  for (const end of ["pointerup", "pointercancel", "contextmenu", "dragend", "blur"]) {
    addEventListener(end, release);
  }
}

// A browser opens six connections to a host, and each page that listens keeps one: so only a page
// that is seen does.
let events = null;
let retry = 0;

function listen() {
  stop();
  if (document.visibilityState === "hidden") return;
  const own = new EventSource(watched.dataset.events);
  events = own;
  own.addEventListener("open", () => { offline.hidden = true; });
  own.addEventListener("message", (event) => tell(JSON.parse(event.data)));
  own.addEventListener("gone", () => { stop(); location.assign("/login"); });
  own.addEventListener("error", () => {
    if (own !== events) return;
    offline.hidden = false;
    // A refusal ends an EventSource for good: too many listen, or the session is over.
    if (own.readyState === EventSource.CLOSED) retry = setTimeout(again, LATER);
  });
}

function stop() {
  clearTimeout(retry);
  events?.close();
  events = null;
}

async function again() {
  const before = events;
  let shut = false;
  try {
    const page = await fetch(location.href, { redirect: "manual" });
    shut = page.type === "opaqueredirect";
  } catch {
    if (events === before && events) retry = setTimeout(again, LATER);
    return;
  }
  if (shut) location.assign("/login");
  else if (events === before && events) listen();
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
if (watched?.dataset.events) {
  feel();
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
}
