// A half-filled task form is kept on the server: <form data-draft-url="/tasks/…/draft">.
import { all, csrfToken, onContent, settle } from "./page.js";
import { say } from "./messages.js";

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

async function save(form) {
  const status = form.querySelector("[data-draft-status]");
  const answers = new FormData();
  // Pictures are sent by themselves; a draft holds only their ids.
  [...new FormData(form)].filter(([, value]) => !(value instanceof File)).forEach((pair) => answers.append(...pair));
  delete form.dataset.changed;
  try {
    const reply = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body: answers,
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
      // A phone that is put away lets go of the page, but not of this.
      keepalive: document.visibilityState === "hidden",
    });
    if (!reply.ok) throw new Error(String(reply.status));
    if (status) status.textContent = say("draftSaved", clock());
  } catch {
    form.dataset.changed = "true";
    if (status) status.textContent = say("draftFailed");
  }
}

function watch(form) {
  const saveIfChanged = () => { if (form.dataset.changed && !form.dataset.sending) save(form); };
  const later = settle(saveIfChanged, 1500);
  const changed = () => {
    form.dataset.changed = "true";
    later();
  };
  for (const kind of ["input", "change", "bihuan:photos"]) form.addEventListener(kind, changed);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") saveIfChanged(); });
}

onContent((root) => all(root, "form[data-draft-url]").forEach(watch));
