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

/** Ask for or send JSON; raises Refused with the status (0: no network) and the answer's body. */
export async function ask(url, { method = "GET", json, signal, keepalive } = {}) {
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (json !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(url, { method, headers, signal, keepalive, body: json === undefined ? undefined : JSON.stringify(json), redirect: "follow" });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refused(0);
  }
  const body = await bodyOf(reply);
  // Sent on to the sign-in page: the session is over.
  if (reply.redirected && !body) throw new Refused(401);
  if (!reply.ok) throw new Refused(reply.status, body);
  return body;
}
