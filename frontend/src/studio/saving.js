// Saving: by Ctrl+S and by itself; what cannot be saved is kept in this browser; nobody's work is overwritten.
import { ask as dialog } from "../dialogs.js";
import { csrfToken, make, settle } from "../page.js";
import { drop, keep, take } from "../pocket.js";
import { announce } from "../messages.js";
import { ask } from "./server.js";
import { isEnglish, say } from "./words.js";

const IDLE = 10_000;
const KEPT_AFTER = 1_500;

export function moment(value) {
  return new Date(value).toLocaleString(isEnglish ? "en" : "zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
}

export class Saving {
  /** urls: content, drafts · sync: writes what is drawn into the draft · status: where the state is shown. */
  constructor({ draft, urls, sync, status }) {
    Object.assign(this, { draft, urls, sync, status });
    this.key = `studio:${draft.id}`;
    this.state = "saved";
    const later = settle(() => this.save(), IDLE);
    const keepLater = settle(() => this.keep(), KEPT_AFTER);
    draft.addEventListener("change", () => {
      this.show(this.state === "conflict" ? "conflict" : "changed");
      keepLater();
      later();
    });
    document.addEventListener("click", (event) => { this.saveFirst(event); });
    addEventListener("online", () => { if (this.state === "offline") this.save(); });
    addEventListener("beforeunload", (event) => { if (draft.isDirty) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && draft.isDirty) this.keep(); });
    this.show("saved");
  }

  /** Trying, exporting and publishing work on what is saved: save, then go there. */
  async saveFirst(event) {
    const link = event.target.closest(".page-head a[href]");
    if (!link || !this.draft.isDirty || event.ctrlKey || event.metaKey || !link.pathname.startsWith(new URL(this.urls.content, location.href).pathname.replace(/content\.json$/, ""))) return;
    event.preventDefault();
    if (await this.save({ loud: true })) location.assign(link.href);
  }

  show(state, ...values) {
    this.state = state;
    this.status.dataset.state = state;
    this.status.textContent = say(`save_${state}`, ...values);
  }

  keep() {
    if (!this.draft.isDirty) return null;
    return keep(this.key, { ...this.draft.content(), revision: this.draft.revision, at: Date.now() }).catch(() => null);
  }

  /** Offer what an earlier visit could not save; true when it was taken. */
  async restore() {
    const kept = await take(this.key).catch(() => null);
    if (!kept) return false;
    const words = kept.revision === this.draft.revision ? say("keptSame", moment(kept.at)) : say("keptOlder", moment(kept.at));
    const answer = await dialog(say("keptTitle"), [make("p", {}, words)], [
      { value: "drop", text: say("keptDrop"), style: "btn-outline-secondary" },
      { value: "take", text: say("keptTake"), style: "btn-primary" },
    ]);
    if (answer === "drop") await drop(this.key);
    if (answer !== "take") return false;
    if (kept.revision !== this.draft.revision) return this.saveAsNew(kept);
    this.draft.files = kept.files;
    this.draft.overrides = kept.overrides;
    this.draft.title = kept.title;
    this.draft.changed("restored", {});
    return true;
  }

  /** Save now; true when the server has everything. */
  async save({ loud = false } = {}) {
    await this.sync();
    const { draft } = this;
    if (this.isBusy) return false;
    if (!draft.isDirty) {
      if (loud) announce(say("save_saved"));
      return true;
    }
    if (this.state === "conflict" && !loud) return false;
    this.isBusy = true;
    const { changes } = draft;
    const sent = draft.keys("bpmn");
    this.show("saving");
    try {
      const answer = await ask(this.urls.content, { method: "PUT", json: { ...draft.content(), revision: draft.revision } });
      draft.revision = answer.revision;
      draft.savedChanges = changes;
      draft.onServer = new Set(sent);
      await drop(this.key).catch(() => null);
      this.show(draft.isDirty ? "changed" : "savedAt", moment(answer.saved_at));
      draft.tell("saved");
      return !draft.isDirty;
    } catch (refusal) {
      await this.keep();
      await this.failed(refusal, loud);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  async failed({ status, body }, loud) {
    if (status === 409) {
      this.show("conflict");
      await this.conflict(body);
    } else if (status === 401 || status === 403) {
      this.show("signedOut");
      if (loud) await dialog(say("signedOutTitle"), [make("p", {}, say("signedOutText"))], [{ value: "", text: say("understood"), style: "btn-primary" }]);
    } else if (status === 0 || status >= 500) {
      this.show("offline");
      if (loud) announce(say("save_offline"));
    } else {
      this.show("refused", body?.error ?? body?.detail ?? body?.title ?? String(status));
      announce(this.status.textContent);
    }
  }

  /** Say who saved in the meantime; both versions stay. */
  async conflict({ who, when }) {
    const answer = await dialog(say("conflictTitle"), [
      make("p", {}, say("conflictText", who ?? say("somebody"), when ? moment(when) : "")),
      make("p", {}, say("conflictChoice")),
    ], [
      { value: "", text: say("conflictLater"), style: "btn-outline-secondary" },
      { value: "theirs", text: say("conflictTheirs"), style: "btn-outline-primary" },
      { value: "mine", text: say("conflictMine"), style: "btn-primary" },
    ]);
    if (answer === "theirs") this.lookAtTheirs();
    if (answer === "mine") await this.saveAsNew(this.draft.content());
  }

  /** Load what was saved; one's own goes into a file first, so that nothing is lost. */
  lookAtTheirs() {
    const text = JSON.stringify(this.draft.content(), null, 2);
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `${this.draft.key}-${say("mineFile")}.json` });
    link.click();
    this.leave(location.href);
  }

  leave(url) {
    this.draft.savedChanges = this.draft.changes;
    drop(this.key).catch(() => null).finally(() => location.assign(url));
  }

  /** Save one's own as a draft beside the other. */
  async saveAsNew({ files, title }) {
    const form = new FormData();
    form.append("csrf_token", csrfToken());
    form.append("title", say("copyOf", title));
    const endings = { bpmn: "bpmn", dmn: "dmn", form: "json", checklist: "json", scenario: "json" };
    for (const [kind, ending] of Object.entries(endings)) {
      for (const [key, text] of Object.entries(files[kind] ?? {})) form.append("files", new Blob([text], { type: "application/octet-stream" }), `${key}.${ending}`);
    }
    const reply = await fetch(this.urls.drafts, { method: "POST", body: form, headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" } }).catch(() => null);
    if (reply?.ok && reply.redirected) {
      this.leave(reply.url);
      return true;
    }
    announce(say("copyFailed"));
    return false;
  }
}
