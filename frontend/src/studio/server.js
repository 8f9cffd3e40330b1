// Talking with the server: JSON both ways, and what went wrong in one shape.
import { csrfToken } from "../page.js";

export class Refused extends Error {
  constructor(status, body) {
    super(String(status));
    this.status = status;
    this.body = body ?? {};
  }
}

async function bodyOf(reply) {
  const isJson = (reply.headers.get("Content-Type") ?? "").includes("json");
  return isJson ? reply.json().catch(() => null) : null;
}

// Who signs in again, in another tab, gets another token; this page learns it from its own address.
async function renewToken() {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!reply) throw new Refused(0);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (!page.getElementById("studio")) throw new Refused(401);
  document.querySelector('meta[name="csrf-token"]').content = page.querySelector('meta[name="csrf-token"]').content;
}

/** Ask for or send JSON; raises Refused with the status (0: no network) and the answer's body. */
export async function ask(url, options = {}) {
  try {
    return await send(url, options);
  } catch (refusal) {
    if (refusal.status !== 400 || (options.method ?? "GET") === "GET") throw refusal;
    await renewToken();
    return send(url, options);
  }
}

async function send(url, { method = "GET", json, signal } = {}) {
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (json !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(url, { method, headers, signal, body: json === undefined ? undefined : JSON.stringify(json), redirect: "follow" });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refused(0);
  }
  const body = await bodyOf(reply);
  // Sent on to the sign-in page: the session is over.
  if (reply.redirected) throw new Refused(401);
  if (!reply.ok) throw new Refused(reply.status, body);
  return body;
}
