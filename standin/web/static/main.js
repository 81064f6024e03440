// The page: who I am here, the chat as it changes, what I send.

import { ask, Refused } from "./api.js";
import { sentence } from "./bubble.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { hoodHears, openHood } from "./hood.js";
import { startLook } from "./look.js";
import { note } from "./notes.js";
import { nameOf, showPlaces } from "./places.js";
import { payload, person, room } from "./seat.js";
import { listen } from "./stream.js";
import { hearHouse, showHouse } from "./trouble.js";
import * as words from "./words.js";

const ACTION_MS = 6000;
const AGAIN_MS = 3000;
const byId = (id) => document.getElementById(id);

startLook(byId("look"));
const composer = new Composer();
const chat = new Chat(
  { scroller: byId("chat"), list: byId("messages"), welcome: byId("welcome"), down: byId("down") },
  { send: (text) => composer.say(text), deeds },
);
composer.lastOfMine = () => chat.lastOfMine();
byId("start").addEventListener("click", () => composer.say("/start"));
byId("language").addEventListener("click", changeLanguage);

let langs = [];
let bot = "";
let quiet;

// What the menu of a message offers.
function deeds(message) {
  const content = { message: message.id };
  const acts = {
    reply: () => composer.answer(message),
    edit: () => composer.edit(message),
    forward: () => composer.act("/api/forwards", content),
    delete: () => composer.act("/api/deletions", content),
    hood: () => openHood(message),
  };
  return [...message.deeds, "hood"].map((name) => [name, acts[name]]);
}

function know(me) {
  langs = me.langs;
  words.use(me.words, me.lang);
  bot = me.bot;
  // Whoever speaks to the page says what they see.
  byId("language").textContent = me.lang.toUpperCase();
  byId("language").setAttribute("aria-label", `${me.lang.toUpperCase()}: ${words.word("language")}`);
  showPlaces(me.people);
  showHouse();
  showRoom();
  composer.obey(me);
}

async function changeLanguage() {
  const next = langs[(langs.indexOf(words.language()) + 1) % langs.length];
  try {
    know(await ask("/api/language", { lang: next }));
    chat.redraw();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    note(sentence(error.code));
  }
}

function showRoom() {
  if (room === "group") {
    byId("title").textContent = words.word("group");
    byId("welcome-how").textContent = words.word("welcome-group", { bot });
    byId("text").placeholder = words.word("write-group", { bot });
  }
  document.title = person === 1 ? words.word("title") : `${nameOf(person)} · ${words.word("title")}`;
  rest();
}

// Where the page says who I am, unless the bot is doing something.
function subtitle() {
  return room === "group" || person !== 1 ? words.word("you-are", { name: nameOf(person) }) : words.word("subtitle");
}

function act({ action }) {
  const name = `doing-${action}`;
  byId("doing").textContent = words.word(words.has(name) ? name : "doing-typing");
  clearTimeout(quiet);
  quiet = setTimeout(rest, ACTION_MS);
}

function rest() {
  clearTimeout(quiet);
  byId("doing").textContent = subtitle();
}

async function visit() {
  try {
    know(await ask("/api/visit", { lang: navigator.language }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    byId("offline").hidden = false;
    if (error.code !== "network" && words.has("title")) note(sentence(error.code));
    setTimeout(visit, AGAIN_MS);
    return;
  }
  listen(
    {
      anew: () => {
        chat.clear();
        chat.settle();
      },
      message: (message) => {
        if (!message.mine) rest();
        chat.put(message);
        hoodHears(message.id);
      },
      gone: ({ id }) => chat.remove(id),
      action: act,
      house: hearHouse,
    },
    (open) => (byId("offline").hidden = open),
    visit,
  );
  const said = payload();
  if (said !== null) composer.say(`/start ${said}`.trim());
}

visit();
