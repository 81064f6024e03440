// What somebody writes and drops: text, files with their progress, the menu of commands, replies.

import { ask, Refused, upload } from "./api.js";
import { sentence, summary } from "./bubble.js";
import { note } from "./notes.js";
import { bytes, word } from "./words.js";

const byId = (id) => document.getElementById(id);

export class Composer {
  constructor() {
    this.text = byId("text");
    this.rules = { largest: Infinity, files: 10 };
    this.reply = null;
    this.edited = null;
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => this.paste(event));
    byId("no-reply").addEventListener("click", () => this.giveUp());
    this.takeFiles();
    this.takeDrops();
    this.takeCommands();
  }

  // Bounds as the server has them: bytes of a file, files at once.
  obey(rules) {
    this.rules = rules;
  }

  async say(text, uploads = []) {
    const sent = await this.act("/api/messages", { text, uploads, message: this.reply?.id ?? null });
    if (sent && this.reply) this.answer(null);
    return sent;
  }

  answer(message) {
    if (message && this.edited) this.giveUp();
    this.reply = message;
    this.about(message, "");
  }

  // Write a text or a caption anew.
  edit(message) {
    this.reply = null;
    this.edited = message;
    this.write(message.text);
    this.about(message, word("do-edit"));
  }

  // Neither answer nor edit.
  giveUp() {
    if (this.edited) this.write("");
    this.reply = this.edited = null;
    this.about(null, "");
    this.text.focus();
  }

  about(message, what) {
    byId("replying").hidden = !message;
    byId("replying-to").textContent = message ? [what, summary(message)].filter(Boolean).join(": ") : "";
    if (message) this.text.focus();
  }

  async submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (this.edited) {
      await this.change(text);
      return;
    }
    if (!text) return;
    this.write("");
    if (!(await this.say(text)) && !this.text.value) this.write(text);
  }

  async change(text) {
    const message = this.edited.id;
    if (!(await this.act("/api/edits", { message, text }))) return;
    this.giveUp();
  }

  // Something without an answer; false where it was refused, which is said.
  async act(path, content) {
    try {
      await ask(path, content);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      note(sentence(error.code));
      return false;
    }
  }

  write(text) {
    this.text.value = text;
    this.grow();
  }

  key(event) {
    if (event.key === "Escape" && (this.reply || this.edited)) this.giveUp();
    const last = event.key === "ArrowUp" && !this.text.value && !this.edited && this.lastOfMine?.();
    if (last) {
      event.preventDefault();
      this.edit(last);
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
    this.showCommands(this.text.value === "/");
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.sendFiles(files);
  }

  takeFiles() {
    const input = byId("files");
    byId("attach").addEventListener("click", () => input.click());
    byId("choose").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.sendFiles([...input.files]);
      input.value = "";
    });
  }

  takeDrops() {
    const sheet = byId("drop");
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      sheet.hidden = false;
    });
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) sheet.hidden = true;
    });
    window.addEventListener("drop", (event) => {
      sheet.hidden = true;
      if (!carries(event)) return;
      event.preventDefault();
      this.sendFiles([...event.dataTransfer.files]);
    });
  }

  // Several at once become an album; what was typed stands under the first.
  async sendFiles(files) {
    const good = files.filter((file) => this.fits(file)).slice(0, this.rules.files);
    if (files.length > this.rules.files) note(word("refused-many", { count: this.rules.files }));
    if (!good.length) return;
    // What is being written anew is no caption of something else.
    if (this.edited) this.giveUp();
    const text = this.text.value.trim();
    this.write("");
    const names = [];
    for (const file of good) {
      const name = await this.uploadOne(file);
      if (name) names.push(name);
    }
    const sent = names.length > 0 && (await this.say(text, names));
    if (!sent && !this.text.value) this.write(text);
  }

  fits(file) {
    if (!file.size) note(sentence("empty"));
    else if (file.size > this.rules.largest) note(word("refused-large", { size: bytes(this.rules.largest) }));
    else return true;
    return false;
  }

  async uploadOne(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const stop = document.createElement("button");
    stop.type = "button";
    stop.textContent = word("cancel");
    row.append(name, bar, stop);
    byId("uploads").append(row);
    const { done, stop: abort } = upload(file, (share) => (bar.value = share));
    stop.addEventListener("click", abort);
    try {
      return await done;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== "stopped") note(sentence(error.code));
      return null;
    } finally {
      row.remove();
    }
  }

  takeCommands() {
    byId("menu").addEventListener("click", () => this.showCommands(byId("commands").hidden));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.showCommands(false);
    });
    document.addEventListener("click", (event) => {
      if (!byId("composer").contains(event.target)) this.showCommands(false);
    });
  }

  async showCommands(wanted) {
    const list = byId("commands");
    if (wanted) {
      const { commands } = await ask("/api/commands").catch(() => ({ commands: [] }));
      list.replaceChildren(...commands.map((command) => this.command(command)));
      wanted = commands.length > 0;
    }
    list.hidden = !wanted;
    byId("menu").setAttribute("aria-expanded", String(wanted));
  }

  command({ command, description }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const name = document.createElement("b");
    name.textContent = `/${command}`;
    button.append(name, ` ${description}`);
    button.addEventListener("click", () => {
      this.showCommands(false);
      if (this.text.value === "/") this.edited ? this.giveUp() : this.write("");
      this.say(`/${command}`);
    });
    item.append(button);
    return item;
  }
}
