// The chat: bubbles in their order, albums side by side, the end in view while somebody reads there.

import { Bubble } from "./bubble.js";

const NEAR_PX = 120;

export class Chat {
  constructor(parts, hands) {
    this.parts = parts; // scroller, list, welcome, down
    this.hands = hands; // send(text), deeds(message)
    this.bubbles = new Map();
    parts.scroller.addEventListener("scroll", () => this.showDown(), { passive: true });
    parts.down.addEventListener("click", () => this.toEnd());
    // Pictures that arrive make the chat longer, and a line above it makes its room smaller.
    const sizes = new ResizeObserver(() => this.follows && this.toEnd());
    sizes.observe(parts.list);
    sizes.observe(parts.scroller);
    this.follows = true;
    this.top = 0;
  }

  clear() {
    this.bubbles.clear();
    this.parts.list.replaceChildren();
    this.follows = true;
  }

  find(id) {
    return this.bubbles.get(id)?.message;
  }

  send(text) {
    this.hands.send(text);
  }

  // Pairs of a name and what it does.
  deeds(message) {
    return this.hands.deeds(message);
  }

  // The newest of my messages that may be written anew.
  lastOfMine() {
    const mine = [...this.bubbles.values()].map((bubble) => bubble.message);
    return mine.filter((message) => message.deeds.includes("edit")).sort((a, b) => a.id - b.id).pop();
  }

  put(message) {
    const there = this.bubbles.get(message.id);
    if (there) {
      there.show(message);
      this.settle();
      return;
    }
    const bubble = new Bubble(message, this);
    this.bubbles.set(message.id, bubble);
    if (message.mine) this.follows = true;
    this.place(bubble);
    this.settle();
  }

  remove(id) {
    const bubble = this.bubbles.get(id);
    if (!bubble) return;
    const group = bubble.node.parentNode;
    bubble.node.remove();
    this.bubbles.delete(id);
    if (group !== this.parts.list && !group.children.length) group.parentNode.remove();
    this.settle();
  }

  redraw() {
    for (const bubble of this.bubbles.values()) bubble.show(bubble.message);
  }

  place(bubble) {
    const { id, album } = bubble.message;
    const list = this.parts.list;
    const home = album ? this.album(album, id) : list;
    const after = [...home.children].find((node) => Number(node.dataset.order) > id);
    bubble.node.dataset.order = id;
    home.insertBefore(bubble.node, after ?? null);
  }

  // The list that an album's items stand in.
  album(name, id) {
    const list = this.parts.list;
    const there = [...list.children].find((node) => node.dataset.album === name);
    if (there) return there.firstChild;
    const item = document.createElement("li");
    item.className = "album";
    item.dataset.album = name;
    item.dataset.order = id;
    const inner = document.createElement("ol");
    item.append(inner);
    const after = [...list.children].find((node) => Number(node.dataset.order) > id);
    list.insertBefore(item, after ?? null);
    return inner;
  }

  settle() {
    this.parts.welcome.hidden = this.bubbles.size > 0;
    if (this.follows) this.toEnd();
    this.showDown();
  }

  toEnd() {
    this.parts.scroller.scrollTop = this.parts.scroller.scrollHeight;
  }

  // Only a hand scrolls upwards; what arrives makes the chat longer, and the end moves away.
  showDown() {
    const { scrollTop, scrollHeight, clientHeight } = this.parts.scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (near) this.follows = true;
    else if (scrollTop < this.top) this.follows = false;
    this.top = scrollTop;
    this.parts.down.hidden = near || this.follows;
  }
}
