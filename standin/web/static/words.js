// The page's words: given by the server, put where the page names them.

let words = {};
let lang = "en";

export function use(given, language) {
  words = given;
  lang = language;
  document.documentElement.lang = language;
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-words]")) {
    node.textContent = word(node.dataset.words);
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
    if (node.tagName === "BUTTON") node.title = word(node.dataset.label);
  }
  for (const node of document.querySelectorAll("[data-hint]")) {
    node.placeholder = word(node.dataset.hint);
  }
}

// The text of this name, `{braces}` in it filled in.
export function word(name, values = {}) {
  const text = words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function has(name) {
  return name in words;
}

export function language() {
  return lang;
}

export function bytes(size) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit && size < 10 ? 1 : 0;
  const how = { style: "unit", unit: units[unit], unitDisplay: "short", maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, how).format(size);
}

export function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function hour(date) {
  return new Date(date * 1000).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
}
