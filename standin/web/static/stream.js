// The chat as it changes: server-sent events, which the browser takes up again where they stopped.
// A browser has six connections to a server, so only a page that somebody sees holds one.

import { at } from "./seat.js";

const AGAIN_MS = 2000;
const LONGEST_MS = 10000;

let ears = null;
let source = null;
let told = ""; // the last event that the page has
let pause = AGAIN_MS;
let timer;

// `hear` has a function for each kind of event. `lost` is called when the server doesn't know us any
// more or refuses; whoever is told listens anew.
export function listen(hear, state, lost) {
  ears = { hear, state, lost };
  open();
}

function open() {
  close();
  if (!ears || document.hidden) return;
  source = new EventSource(at(`/api/events?after=${told}`));
  for (const [kind, handle] of Object.entries(ears.hear)) {
    source.addEventListener(kind, (event) => {
      if (event.lastEventId) told = event.lastEventId;
      handle(JSON.parse(event.data));
    });
  }
  source.onopen = () => {
    pause = AGAIN_MS;
    ears.state(true);
  };
  source.onerror = () => {
    ears.state(false);
    if (source?.readyState !== EventSource.CLOSED) return;
    timer = setTimeout(ears.lost, pause);
    pause = Math.min(2 * pause, LONGEST_MS);
  };
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
// A page that is left by a link may be shown again as it was.
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (event) => event.persisted && open());
