// Hands over what stands behind the # of the address, where no server and no log sees it, and takes
// it out of there first.
"use strict";
const place = document.getElementById("login");

function decoded(text) {
  const bytes = Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

function said() {
  const words = new URLSearchParams(location.hash.slice(1));
  if (words.has("tgWebAppData")) return ["/login/app", { word: words.get("tgWebAppData") }];
  if (words.has("tgAuthResult")) {
    try {
      return ["/login/telegram", decoded(words.get("tgAuthResult"))];
    } catch {
      return ["/login/telegram", {}];
    }
  }
  return words.has("key") ? ["/login/link", { word: words.get("key") }] : null;
}

function tell(id) {
  for (const one of ["refused", "too-many", "trouble"]) {
    document.getElementById(one).hidden = one !== id;
  }
}

async function enter([path, content]) {
  history.replaceState(null, "", location.pathname);
  tell("");
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
    });
    if (answer.ok) location.replace("/");
    else if (answer.status === 429) tell("too-many");
    else tell(answer.status === 403 ? "refused" : "trouble");
  } catch {
    tell("trouble");
  }
}

// A link that is opened in a tab that shows this page already changes nothing but the fragment.
addEventListener("hashchange", () => {
  const words = said();
  if (words) enter(words);
});

const found = said();
if (found) enter(found);
else if (place.dataset.way === "app") tell("refused");
