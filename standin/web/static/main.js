// The page: who I am here, the chat as it changes, what I send.

import { ask, Refused } from "./api.js";
import { sentence } from "./bubble.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { startLook } from "./look.js";
import { note } from "./notes.js";
import { listen } from "./stream.js";
import * as words from "./words.js";

const ACTION_MS = 6000;
const AGAIN_MS = 3000;
const byId = (id) => document.getElementById(id);

startLook(byId("look"));
const composer = new Composer();
const chat = new Chat(
  { scroller: byId("chat"), list: byId("messages"), welcome: byId("welcome"), down: byId("down") },
  { send: (text) => composer.say(text), answer: (message) => composer.answer(message) },
);
byId("start").addEventListener("click", () => composer.say("/start"));
byId("language").addEventListener("click", changeLanguage);

let langs = [];
let quiet;

function know(me) {
  langs = me.langs;
  words.use(me.words, me.lang);
  byId("language").textContent = me.lang.toUpperCase();
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

function act({ action }) {
  const name = `doing-${action}`;
  byId("doing").textContent = words.word(words.has(name) ? name : "doing-typing");
  clearTimeout(quiet);
  quiet = setTimeout(rest, ACTION_MS);
}

function rest() {
  clearTimeout(quiet);
  byId("doing").textContent = words.word("subtitle");
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
      },
      gone: ({ id }) => chat.remove(id),
      action: act,
    },
    (open) => (byId("offline").hidden = open),
    visit,
  );
}

visit();
