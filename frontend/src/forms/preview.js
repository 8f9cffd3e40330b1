// The form as the server draws it, at the width of a phone. The frame holds what the server answered; it
// can send nothing anywhere.
import { csrfToken, make } from "../page.js";
import { say } from "./words.js";

const WIDTH = 390;

function told(text) {
  return make("p", { class: "form-preview-told", role: "status" }, text);
}

async function drawn(address, text) {
  const reply = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ form: text }),
  });
  return { isPage: reply.ok, isTold: reply.status === 422, body: await reply.text() };
}

function frameOf(html) {
  const frame = make("iframe", { class: "form-preview-frame", title: say("previewFrame"), sandbox: "allow-same-origin allow-scripts", width: WIDTH });
  frame.srcdoc = html;
  return frame;
}

let asked = 0;

/** Draw `text` into `place`. The server says in words what is wrong with a form it cannot draw. */
export async function showPreview(place, address, text) {
  const turn = (asked += 1);
  if (!place.firstChild) place.replaceChildren(told(say("previewBusy")));
  try {
    const { isPage, isTold, body } = await drawn(address, text);
    // An answer to what was drawn before comes too late.
    if (turn !== asked) return;
    if (isPage) place.replaceChildren(frameOf(body));
    else place.replaceChildren(told(isTold ? JSON.parse(body).error : say("previewFailed")));
  } catch (problem) {
    console.warn(problem);
    place.replaceChildren(told(say("previewFailed")));
  }
}
