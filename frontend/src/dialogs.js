// "Are you sure?" in our own words: data-confirm="…" on a form or on one of its buttons.
import { make } from "./page.js";
import { say } from "./messages.js";

/** Show `content` in a modal dialog and give the value of the button that closed it. */
export function ask(title, content, buttons) {
  const id = `dialog-${Date.now()}`;
  const actions = buttons.map(({ value, text, style }) => make("button", { type: "submit", value, class: `btn ${style}` }, text));
  const dialog = make("dialog", { "aria-labelledby": id },
    make("form", { method: "dialog", "data-again": true },
      make("h2", { id }, title), ...content, make("div", { class: "dialog-actions" }, ...actions)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

async function confirmFirst(event) {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  const dangerous = submitter?.matches(".btn-danger, .btn-outline-danger");
  const answer = await ask(source.dataset.confirm, [], [
    { value: "", text: say("cancel"), style: "btn-outline-secondary" },
    { value: "yes", text: source.dataset.confirmYes ?? say("confirm"), style: dangerous ? "btn-danger" : "btn-primary" },
  ]);
  if (answer !== "yes") return;
  form.dataset.confirmed = "true";
  form.requestSubmit(submitter ?? undefined);
  delete form.dataset.confirmed;
}

// Caught on the way down, before the guard against double sending sees it.
document.addEventListener("submit", confirmFirst, true);
