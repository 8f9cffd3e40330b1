// The reporter's form on a phone: <form data-report="/r/3F2A hazard_report">, on every page of a report.
//   data-report-draft   this page's answers and photos are kept on the phone until the report was sent
//   data-report-anew    the page was opened afresh: what was kept is put back, and the report gets its key
// Pages change in place, so that the Back button of the phone gives them back as they were. Without a
// network a page waits and goes by itself later; the key makes a second arrival harmless. The page
// after sending carries [data-report-sent] and clears everything, as <form data-forget> does.
import { leaf } from "./leaves.js";
import { drop, dropAll, keep, take } from "./pocket.js";
import { all, csrfToken, make, onContent, settle } from "./page.js";
import { say } from "./messages.js";

const WEEK = 7 * 24 * 3600 * 1000;
const AGAIN = 20 * 1000;
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
  return element.name && !NEVER_KEPT.has(element.name) && !["file", "hidden", "password", "submit"].includes(element.type)
    && !element.hasAttribute("data-no-draft");
}

function readForm(form) {
  return [...form.elements].filter(isKept)
    .filter((element) => !["checkbox", "radio"].includes(element.type) || element.checked)
    .map((element) => [element.name, element.value]);
}

function isChanged(element) {
  return ["checkbox", "radio"].includes(element.type) ? element.checked && !element.defaultChecked : element.value !== (element.defaultValue ?? "");
}

function fillForm(form, answers) {
  for (const element of [...form.elements].filter(isKept)) {
    const values = answers.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
    else if (values.length) [element.value] = values;
    if (isChanged(element)) element.closest("details")?.setAttribute("open", "");
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Remember in this tab, or give, the key of the report that is being sent or was sent last. */
function remember(what, key) {
  try {
    if (key) sessionStorage.setItem(`bihuan.${what}`, key);
    return sessionStorage.getItem(`bihuan.${what}`);
  } catch {
    return null;
  }
}

class Report {
  constructor(form) {
    this.form = form;
    this.name = form.dataset.report;
    this.key = form.elements.idempotency_key;
    this.notice = form.querySelector("[data-report-notice]");
    form.addEventListener("submit", (event) => this.submit(event), true);
    window.addEventListener("online", () => this.again());
    window.addEventListener("pageshow", () => this.leaveIfSent());
  }

  async start() {
    const draft = await take(this.name).catch(() => null);
    const fresh = draft && Date.now() - draft.at < WEEK ? draft : null;
    if (draft && !fresh) await drop(this.name);
    if (this.isAnew) {
      this.key.value = fresh?.key || newKey();
      if (fresh) await this.restore(fresh);
    }
    this.kept = fresh;
    if (this.form.hasAttribute("data-report-draft")) this.watch();
  }

  get isAnew() {
    return this.form.hasAttribute("data-report-anew");
  }

  watch() {
    const later = settle(() => this.save(), 400);
    ["input", "change", "bihuan:photos"].forEach((name) => this.form.addEventListener(name, later));
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
    const draft = { at: Date.now(), key: this.key.value, answers: readForm(this.form), photos: this.photos() };
    await keep(this.name, draft).catch(() => {});
  }

  /** Give the photos to keep: those not sent yet and, once the server has some, those kept before. */
  photos() {
    const boxes = [...this.form.querySelectorAll("[data-photos]")];
    const waiting = boxes.flatMap((box) => box.photos.waiting());
    return this.isAnew ? waiting : [...(this.kept?.photos ?? []), ...waiting];
  }

  // Who comes back to a report that was sent finds a new one: nobody else may read it there.
  leaveIfSent() {
    if (this.key.value && this.key.value === remember("sent")) location.replace(location.pathname);
  }

  submit(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.send(event.submitter);
  }

  /** Send this page; the first tap counts. */
  async send(submitter) {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    this.waits = null;
    submitter?.setAttribute("aria-busy", "true");
    remember("sending", this.key.value);
    if (this.form.hasAttribute("data-report-draft")) await this.save();
    try {
      await this.turn(await this.post(submitter));
    } catch {
      this.wait(submitter);
    }
    submitter?.removeAttribute("aria-busy");
    this.sending = false;
  }

  post(submitter) {
    const body = new FormData(this.form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    return fetch(this.form.getAttribute("action") || location.href, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() } });
  }

  async turn(reply) {
    const address = reply.headers.get("HX-Redirect");
    if (address) {
      location.assign(address);
      // Busy until the next page is there.
      await new Promise(() => {});
    }
    const wrong = reply.status === 422;
    leaf(await reply.text(), { instead: wrong });
  }

  wait(submitter) {
    this.waits = { submitter };
    this.timer = setTimeout(() => this.again(), AGAIN);
    this.tell("warning", say("queueKept"));
  }

  again() {
    if (!this.waits || !this.form.isConnected) return;
    this.tell("info", say("queueSending"));
    this.send(this.waits.submitter);
  }

  tell(tone, text, ...more) {
    this.notice.replaceChildren(make("div", { class: `flash flash-${tone}` }, make("p", {}, text), ...more));
    this.notice.scrollIntoView({ block: "nearest" });
  }
}

onContent((root) => {
  all(root, "[data-report-sent]").forEach((place) => {
    remember("sent", remember("sending"));
    dropAll().then(() => { place.dataset.reportSent = "cleared"; }).catch(() => {});
  });
  all(root, "form[data-forget]").forEach((form) => form.addEventListener("submit", () => { dropAll().catch(() => {}); }));
  all(root, "form[data-report]").forEach((form) => new Report(form).start());
});
