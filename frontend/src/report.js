// The reporter's form on a phone: <form data-report="place-3f2a">. What is typed is kept on the phone
// until the page after sending, which carries [data-report-sent], clears it. Without a network the
// form waits and goes by itself when the network is back; the key makes a second arrival harmless.
import { drop, dropAll, keep, take } from "./pocket.js";
import { all, make, onContent, settle } from "./page.js";
import { say } from "./messages.js";

const WEEK = 7 * 24 * 3600 * 1000;
const NEVER_KEPT = new Set(["csrf_token", "idempotency_key"]);

/** Give a random UUID, also where the page did not come over https. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function isKept(element) {
  return element.name && !NEVER_KEPT.has(element.name) && !["file", "hidden", "password"].includes(element.type)
    && !element.hasAttribute("data-no-draft");
}

function readForm(form) {
  return [...form.elements].filter(isKept)
    .filter((element) => !["checkbox", "radio"].includes(element.type) || element.checked)
    .map((element) => [element.name, element.value]);
}

function fillForm(form, answers) {
  for (const element of [...form.elements].filter(isKept)) {
    const values = answers.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
    else if (values.length && !element.value) [element.value] = values;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

class Report {
  constructor(form) {
    this.form = form;
    this.name = form.dataset.report;
    this.key = form.elements.idempotency_key;
    this.notice = form.querySelector("[data-report-notice]") ?? form.prepend(make("div", { role: "status" })) ?? form.firstChild;
    this.later = settle(() => this.save(), 400);
    form.addEventListener("input", this.later);
    form.addEventListener("change", this.later);
    form.addEventListener("bihuan:photos", this.later);
    form.addEventListener("submit", (event) => this.submit(event), true);
    window.addEventListener("online", () => this.online());
  }

  async start() {
    const draft = await take(this.name).catch(() => null);
    const fresh = draft && Date.now() - draft.at < WEEK;
    if (this.key && !this.key.value) this.key.value = (fresh && draft.key) || newKey();
    if (draft && !fresh) await drop(this.name);
    if (fresh && !this.form.querySelector("[data-error-summary]")) await this.restore(draft);
  }

  async restore(draft) {
    if (!draft.answers.some(([, value]) => value) && !draft.photos.length) return;
    fillForm(this.form, draft.answers);
    const box = this.form.querySelector("[data-photos]");
    if (box && draft.photos.length) await box.photos.add(draft.photos);
    const clear = make("button", { type: "button", class: "btn btn-outline-secondary btn-auto" }, say("queueDiscard"));
    clear.addEventListener("click", async () => {
      await drop(this.name);
      location.reload();
    });
    this.tell("info", say("queueRestored"), clear);
  }

  async save() {
    const boxes = [...this.form.querySelectorAll("[data-photos]")];
    const photos = boxes.flatMap((box) => box.photos.waiting());
    await keep(this.name, { at: Date.now(), key: this.key?.value, answers: readForm(this.form), photos }).catch(() => {});
  }

  submit(event) {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.waits = event.submitter ?? true;
    this.save();
    this.tell("warning", say("queueKept"));
  }

  online() {
    if (!this.waits) return;
    const submitter = this.waits === true ? undefined : this.waits;
    this.waits = null;
    this.tell("info", say("queueSending"));
    this.form.requestSubmit(submitter);
  }

  tell(tone, text, ...more) {
    this.notice.replaceChildren(make("div", { class: `flash flash-${tone}` }, make("p", {}, text), ...more));
    this.notice.scrollIntoView({ block: "nearest" });
  }
}

onContent((root) => {
  all(root, "[data-report-sent]").forEach((place) => {
    dropAll().then(() => { place.dataset.reportSent = "cleared"; }).catch(() => {});
  });
  all(root, "form[data-report]").forEach((form) => new Report(form).start());
});
