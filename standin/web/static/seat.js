// Who I am here and in which chat: the page's own address says so.

const asked = new URLSearchParams(location.search);
const PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

export const person = Number(asked.get("person") ?? 1);
export const room = asked.get("room") ?? "private";

const query = new URLSearchParams();
if (person !== 1) query.set("person", person);
if (room !== "private") query.set("room", room);

// An address of the server's, for this seat.
export function at(path) {
  if (!query.size) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

// The page of another seat.
export function pageOf(person, room) {
  const there = new URLSearchParams();
  if (person !== 1) there.set("person", person);
  if (room !== "private") there.set("room", room);
  return there.size ? `/?${there}` : "/";
}

// What a deep link says, once: the address forgets it.
export function payload() {
  const said = asked.get("start");
  if (said === null) return null;
  asked.delete("start");
  history.replaceState(null, "", at("/"));
  return PAYLOAD.test(said) ? said : "";
}
