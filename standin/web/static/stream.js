// The chat as it changes: server-sent events, which the browser takes up again where they stopped.

import { at } from "./seat.js";

const AGAIN_MS = 2000;

// `hear` has a function for each kind of event. `lost` is called when the server doesn't know us any
// more or refuses; whoever is told opens another stream.
export function listen(hear, state, lost) {
  const source = new EventSource(at("/api/events"));
  for (const [kind, handle] of Object.entries(hear)) {
    source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  }
  source.onopen = () => state(true);
  source.onerror = () => {
    state(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(lost, AGAIN_MS);
  };
}
