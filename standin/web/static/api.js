// Requests to the server. What it refuses becomes a `Refused` with the server's own code.

import { at } from "./seat.js";

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export async function ask(path, content) {
  const how = content === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  let answer;
  try {
    answer = await fetch(at(path), how);
  } catch {
    throw new Refused("network");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(found.error ?? "network");
  return found;
}

// One file; `progress` hears a share from 0 to 1. Returns the promise of its name and a way to stop.
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      const found = request.response ?? {};
      if (request.status === 200) resolve(found.upload);
      else reject(new Refused(found.error ?? "network"));
    };
    request.onerror = () => reject(new Refused("network"));
    request.onabort = () => reject(new Refused("stopped"));
  });
  request.responseType = "json";
  request.open("POST", at(`/api/uploads?name=${encodeURIComponent(file.name || "file")}`));
  request.send(file);
  return { done, stop: () => request.abort() };
}
