// One message as a bubble, made anew when it changes; what plays in it goes on playing.

import { ask, Refused } from "./api.js";
import { caption, mediaNode } from "./media.js";
import { openMenu } from "./menu.js";
import { alarm, note } from "./notes.js";
import { rich } from "./rich.js";
import { has, hour, word } from "./words.js";

const STYLES = ["primary", "success", "danger"];
const QUOTED = 80;

export class Bubble {
  // `chat` can `find(id)` other messages, `send(text)` a command, and knows the `deeds` of a message.
  constructor(message, chat) {
    this.chat = chat;
    this.node = document.createElement("li");
    this.node.id = `message-${message.id}`;
    this.media = null;
    this.show(message);
  }

  show(message) {
    const focus = this.focused();
    const onMenu = document.activeElement?.classList.contains("more") && this.node.contains(document.activeElement);
    this.message = message;
    this.node.className = `message ${message.mine ? "mine" : "theirs"} kind-${message.kind}`;
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    bubble.append(...[this.author(), this.quote(), this.film(), this.text(), this.foot()].filter(Boolean));
    const keyboard = this.keyboard();
    this.node.replaceChildren(...[bubble, keyboard].filter(Boolean));
    if (onMenu) this.node.querySelector(".more")?.focus({ preventScroll: true });
    if (focus) keyboard?.children[focus[0]]?.children[focus[1]]?.focus({ preventScroll: true });
  }

  // Where in the keyboard the focus is.
  focused() {
    const button = document.activeElement;
    if (!button?.dataset.place || !this.node.contains(button)) return null;
    return button.dataset.place.split(",").map(Number);
  }

  // Who wrote it, in a group, and who wrote it first.
  author() {
    const { author, forwarded } = this.message;
    if (!author && forwarded === null) return null;
    const node = document.createElement("p");
    node.className = "author";
    node.dir = "auto";
    const from = forwarded === null ? null : word("forwarded", { name: forwarded });
    node.textContent = [author, from].filter(Boolean).join(" · ");
    return node;
  }

  quote() {
    const original = this.message.reply && this.chat.find(this.message.reply);
    if (!original) return null;
    const quote = document.createElement("button");
    quote.type = "button";
    quote.className = "quote";
    quote.textContent = summary(original);
    quote.addEventListener("click", () => {
      const node = document.getElementById(`message-${original.id}`);
      node?.scrollIntoView({ block: "center" });
      node?.classList.remove("found");
      void node?.offsetWidth; // so that the same highlight begins again
      node?.classList.add("found");
    });
    return quote;
  }

  film() {
    const media = this.message.media;
    if (!media) {
      this.media = null;
      return null;
    }
    const key = `${this.message.kind} ${media.url}`;
    if (this.media?.key !== key) this.media = { key, node: mediaNode(this.message) };
    return this.media.node;
  }

  text() {
    if (!this.message.text) return null;
    const node = document.createElement("div");
    node.className = "text";
    node.dir = "auto";
    const commands = this.message.mine ? null : (text) => this.chat.send(text);
    node.append(rich(this.message.text, this.message.entities, commands));
    return node;
  }

  foot() {
    const foot = document.createElement("p");
    foot.className = "foot";
    const parts = [caption(this.message), this.message.edited && word("edited"), hour(this.message.date)];
    for (const emoji of this.message.reactions) {
      const reaction = document.createElement("span");
      reaction.className = "reaction";
      reaction.textContent = emoji;
      foot.append(reaction);
    }
    const said = document.createElement("span");
    said.textContent = parts.filter(Boolean).join(" · ");
    foot.append(said, this.more());
    return foot;
  }

  more() {
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.textContent = "⋯";
    more.setAttribute("aria-label", word("deeds"));
    more.setAttribute("aria-haspopup", "menu");
    more.addEventListener("click", () => openMenu(more, this.chat.deeds(this.message)));
    return more;
  }

  keyboard() {
    if (!this.message.buttons.length) return null;
    const keyboard = document.createElement("div");
    keyboard.className = "keyboard";
    this.message.buttons.forEach((row, y) => {
      const line = document.createElement("div");
      line.className = "keys";
      row.forEach((button, x) => line.append(this.key(button, y, x)));
      keyboard.append(line);
    });
    return keyboard;
  }

  key(button, row, column) {
    const node = document.createElement(button.does === "link" ? "a" : "button");
    node.className = "key";
    if (STYLES.includes(button.style)) node.classList.add(button.style);
    node.dataset.place = `${row},${column}`;
    node.textContent = button.text;
    if (button.does === "link") {
      node.href = button.url;
      node.target = "_blank";
      node.rel = "noopener noreferrer";
      return node;
    }
    node.type = "button";
    node.disabled = button.does === "off";
    node.addEventListener("click", () => {
      if (button.does === "copy") copy(button.copy);
      else tap(node, { message: this.message.id, row, column, text: button.text });
    });
    return node;
  }
}

async function tap(node, place) {
  if (node.classList.contains("busy")) return;
  node.classList.add("busy");
  try {
    const answer = await ask("/api/taps", place);
    if (answer.text) (answer.alert ? alarm : note)(answer.text);
  } catch (error) {
    // A keyboard that changed under the finger is there by now: no word about it.
    if (!(error instanceof Refused)) throw error;
    if (!["moved", "gone"].includes(error.code)) note(sentence(error.code));
  } finally {
    node.classList.remove("busy");
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    note(word("copied"));
  } catch {
    alarm(text); // a browser that doesn't let us: then by hand
  }
}

// What the page says of a refusal.
export function sentence(code) {
  return word(has(`refused-${code}`) ? `refused-${code}` : "refused-network");
}

export function summary(message) {
  const text = message.text || message.media?.name || word(has(message.kind) ? message.kind : "file");
  const line = text.replace(/\s+/g, " ");
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}
