// A text with its marks as nodes. Texts become text nodes and nothing else, so whatever a stranger
// writes stays words. Offsets count UTF-16 units, as strings here do.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const COMMAND = /(^|\s)(\/[a-z0-9_]{1,32})(?=\s|$|[.,;:!?)])/g;

export function rich(text, entities, onCommand) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const root = document.createDocumentFragment();
  fill(root, text, 0, text.length, sorted, onCommand);
  return root;
}

// Put text[from, to) into a parent; the marks are those that begin in it, outer ones first.
function fill(parent, text, from, to, marks, onCommand) {
  let at = from;
  let next = 0;
  while (next < marks.length) {
    const mark = marks[next];
    const begin = Math.max(mark.offset, at);
    const end = Math.min(mark.offset + mark.length, to);
    const inner = [];
    next += 1;
    while (next < marks.length && marks[next].offset < end) inner.push(marks[next++]);
    if (begin >= end) continue;
    words(parent, text.slice(at, begin), onCommand);
    const node = element(mark, text.slice(begin, end), onCommand);
    if (node) {
      fill(node, text, begin, end, inner, mark.type === "code" || mark.type === "pre" ? null : onCommand);
      parent.append(node);
    } else {
      fill(parent, text, begin, end, inner, onCommand);
    }
    at = end;
  }
  words(parent, text.slice(at, to), onCommand);
}

function element(mark, text, onCommand) {
  if (mark.type === "text_link" && mark.url) {
    const link = document.createElement("a");
    link.href = mark.url; // http or https alone: the server saw to that
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (mark.type === "spoiler") return spoiler();
  if (mark.type === "bot_command" && onCommand) return null;
  return mark.type in TAGS ? document.createElement(TAGS[mark.type]) : null;
}

function spoiler() {
  const node = document.createElement("span");
  node.className = "spoiler";
  node.addEventListener("click", () => node.classList.add("open"));
  return node;
}

function words(parent, text, onCommand) {
  if (!text) return;
  if (!onCommand) {
    parent.append(text);
    return;
  }
  let at = 0;
  for (const found of text.matchAll(COMMAND)) {
    const begin = found.index + found[1].length;
    parent.append(text.slice(at, begin), command(found[2], onCommand));
    at = begin + found[2].length;
  }
  parent.append(text.slice(at));
}

function command(text, onCommand) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "command";
  button.textContent = text;
  button.addEventListener("click", () => onCommand(text));
  return button;
}
