// What a message carries, as something that plays, shows or can be kept.

import { bytes, clock, word } from "./words.js";

const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const WIDEST = 420;
const TALLEST = 420;

export function mediaNode(message) {
  const media = message.media;
  const make = { video, animation, video_note: note, photo, sticker, audio: sound, voice: sound };
  return (make[message.kind] ?? document_)(media, message.kind);
}

function video(media) {
  const node = player(media);
  node.controls = true;
  node.preload = "metadata";
  return orFile(node, media);
}

function animation(media) {
  const node = player(media);
  node.loop = true;
  if (still.matches) node.controls = true;
  else node.autoplay = true;
  return orFile(node, media);
}

// Round: there is no room for controls, so a tap plays and pauses.
function note(media) {
  const node = player({ ...media, width: 0 });
  node.preload = "metadata";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "note";
  button.setAttribute("aria-label", word("play"));
  button.addEventListener("click", () => (node.paused ? node.play() : node.pause()));
  const sign = document.createElement("span");
  sign.className = "note-sign";
  for (const event of ["play", "pause", "ended"]) {
    node.addEventListener(event, () => button.classList.toggle("playing", !node.paused));
  }
  button.append(node, sign);
  return orFile(node, media, button);
}

function player(media) {
  const node = document.createElement("video");
  node.className = "film";
  node.playsInline = true;
  node.muted = false;
  const poster = media.cover ?? media.thumb;
  if (poster) node.poster = poster;
  if (media.width && media.height) fit(node, media.width, media.height);
  node.src = media.url;
  return node;
}

// The room that a picture takes, before it is there.
function fit(node, width, height) {
  const scale = Math.min(WIDEST / width, TALLEST / height, 1);
  node.style.width = `${Math.max(160, Math.round(width * scale))}px`;
  node.style.aspectRatio = `${width} / ${height}`;
}

// A film that this browser can't play becomes a file to keep.
function orFile(node, media, shell = node) {
  const box = document.createElement("div");
  box.className = "media";
  box.append(shell);
  node.addEventListener("error", () => box.replaceChildren(document_(media)), { once: true });
  if (node.autoplay) node.muted = true;
  return box;
}

function photo(media) {
  const box = document.createElement("a");
  box.className = "media";
  box.href = media.url;
  box.target = "_blank";
  box.rel = "noopener noreferrer";
  const node = document.createElement("img");
  node.className = "film";
  node.alt = word("photo");
  if (media.width && media.height) fit(node, media.width, media.height);
  node.src = media.url;
  box.append(node);
  return box;
}

function sticker(media) {
  const moving = document.createElement("video");
  moving.className = "sticker";
  moving.playsInline = moving.loop = moving.muted = true;
  moving.autoplay = !still.matches;
  moving.src = media.url;
  const box = document.createElement("div");
  box.className = "media";
  moving.addEventListener("error", () => {
    const image = document.createElement("img");
    image.className = "sticker";
    image.alt = word("sticker");
    image.src = media.url;
    box.replaceChildren(image);
  }, { once: true });
  box.append(moving);
  return box;
}

function sound(media) {
  const box = document.createElement("div");
  box.className = "media sound";
  if (media.name) box.append(label(media.name, details(media)));
  const node = document.createElement("audio");
  node.controls = true;
  node.preload = "metadata";
  node.src = media.url;
  node.addEventListener("error", () => box.replaceChildren(document_(media)), { once: true });
  box.append(node);
  return box;
}

function document_(media) {
  const link = document.createElement("a");
  link.className = "media document";
  link.href = `${media.url}&save`;
  link.download = media.name ?? "";
  const face = document.createElement("span");
  face.className = "document-face";
  if (media.thumb) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = media.thumb;
    face.append(image);
  } else {
    face.textContent = (media.name ?? "").split(".").pop().slice(0, 4).toUpperCase() || "FILE";
  }
  link.append(face, label(media.name ?? word("file"), details(media)));
  return link;
}

function label(name, more) {
  const box = document.createElement("span");
  box.className = "label";
  const first = document.createElement("span");
  first.className = "label-name";
  first.textContent = name;
  const second = document.createElement("span");
  second.className = "label-more";
  second.textContent = more;
  box.append(first, second);
  return box;
}

function details(media) {
  const sides = media.width && media.height ? `${media.width}×${media.height}` : "";
  const length = media.duration ? clock(media.duration) : "";
  return [bytes(media.size), length, sides].filter(Boolean).join(" · ");
}

// What stands below a film: how long, how large.
export function caption(message) {
  return ["video", "animation"].includes(message.kind) ? details(message.media) : "";
}
