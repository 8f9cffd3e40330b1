// A half-filled task form is kept on the server: <form data-draft-url="/tasks/…/draft">.
import { all, csrfToken, onContent, settle } from "./page.js";
import { say } from "./messages.js";

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

async function save(form) {
  const status = form.querySelector("[data-draft-status]");
  const answers = new FormData(form);
  // Pictures are sent by themselves; a draft holds only their ids.
  [...answers].filter(([, value]) => value instanceof File).forEach(([name]) => answers.delete(name));
  try {
    const reply = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body: answers,
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    });
    if (!reply.ok) throw new Error(String(reply.status));
    if (status) status.textContent = say("draftSaved", clock());
  } catch {
    if (status) status.textContent = say("draftFailed");
  }
}

function watch(form) {
  const later = settle(() => { if (!form.dataset.sending) save(form); }, 1500);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}

onContent((root) => all(root, "form[data-draft-url]").forEach(watch));
