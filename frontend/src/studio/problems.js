// Lint while drawing: the list beside the canvas, its marks on the canvas, fixes and reasons.
import { ask as dialog } from "../dialogs.js";
import { announce } from "../messages.js";
import { make, settle } from "../page.js";
import { button } from "./controls.js";
import { ask } from "./server.js";
import { say } from "./words.js";

const DELAY = 600;
const RANK = { error: 0, warning: 1 };

// A legal rule is set aside with a reason that stays in the draft and in the published version.
async function reasonFor(problem) {
  const reason = make("textarea", { class: "form-control", rows: 3, id: "set-aside-reason", required: true, minlength: 4, maxlength: 500 });
  const answer = await dialog(say("setAsideTitle"), [
    make("p", {}, problem.words),
    make("label", { class: "form-label", for: "set-aside-reason" }, say("setAsideReason")), reason,
  ], [
    { value: "", text: say("cancel"), style: "btn-outline-secondary" },
    { value: "yes", text: say("setAside"), style: "btn-primary" },
  ]);
  return answer === "yes" ? reason.value.trim() : "";
}

export class Problems extends EventTarget {
  /** urls: lint, fix, proposals · place: the list · shell: {openFile, board, fileTitle}. */
  constructor({ draft, urls, place, shell }) {
    super();
    Object.assign(this, { draft, urls, place, shell });
    this.found = [];
    this.check = settle(() => this.run(), DELAY);
    draft.addEventListener("change", () => this.check());
    shell.board.addEventListener("opened", () => this.mark());
  }

  async run() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { files, overrides } = this.draft.content();
    try {
      const { problems } = await ask(this.urls.lint, { method: "POST", json: { files, overrides }, signal: this.asking.signal });
      this.found = [...problems].sort((one, other) => (RANK[one.severity] ?? 2) - (RANK[other.severity] ?? 2));
      this.failed = false;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.failed = true;
    }
    this.draw();
    this.mark();
  }

  /** Problems of the diagram on the canvas. */
  here() {
    return this.found.filter((one) => fileOf(one) === this.shell.board.file && kindOf(one) === "bpmn");
  }

  mark() {
    this.shell.board.mark(this.here(), (count, isError) => say(isError ? "markErrors" : "markWarnings", count));
  }

  counts() {
    const errors = this.found.filter((one) => one.severity === "error").length;
    return { errors, warnings: this.found.length - errors };
  }

  draw() {
    const { errors, warnings } = this.counts();
    const words = this.failed ? say("lintFailed") : this.found.length ? say("lintCounts", errors, warnings) : say("lintClean");
    const tone = errors ? "late" : warnings ? "soon" : "done";
    const title = make("h2", { class: "studio-problems-title" }, say("problems"), " ", make("span", { class: `state tone-${this.failed ? "calm" : tone}`, role: "status" }, words));
    const list = make("ul", { class: "studio-problem-list" }, ...this.found.map((one) => this.item(one)), ...(this.shell.canEdit ? this.draft.overrides : []).filter((one) => !this.found.some(({ rule }) => rule === one.rule)).map((one) => this.aside(one)));
    this.place.replaceChildren(title, list);
    this.dispatchEvent(new CustomEvent("counted", { detail: { errors, warnings } }));
  }

  item(problem) {
    const isError = problem.severity === "error";
    const where = make("button", { type: "button", class: "studio-problem-where", "data-element": problem.element, "data-rule": problem.rule },
      make("span", { class: `studio-sign ${isError ? "is-error" : "is-warning"}`, role: "img", "aria-label": say(isError ? "error" : "warning") }, isError ? "✕" : "!"),
      make("span", {}, problem.words, make("small", { class: "studio-problem-file" }, this.shell.fileTitle(kindOf(problem), fileOf(problem)))));
    where.addEventListener("click", () => this.shell.openFile(kindOf(problem), fileOf(problem), problem.element));
    const actions = [];
    if (!this.shell.canEdit) return make("li", { class: "studio-problem" }, where);
    if (problem.fix) actions.push(button({ label: problem.fix_words || say("fix"), name: "fix", kind: "outline-primary", title: problem.fix_words, act: () => this.fix(problem) }));
    if (this.isAside(problem.rule)) actions.push(this.backButton(problem.rule));
    else if (problem.may_override) actions.push(button({ label: say("setAside"), name: "set-aside", act: () => this.setAside(problem) }));
    return make("li", { class: "studio-problem" }, where, ...actions);
  }

  isAside(rule) {
    return this.draft.overrides.some((one) => one.rule === rule);
  }

  backButton(rule) {
    return button({ label: say("asideBack"), name: "aside-back", act: () => this.draft.setAside(rule, "", "") });
  }

  // A rule that is set aside and broken nowhere any more.
  aside({ rule, reason }) {
    return make("li", { class: "studio-problem is-aside" },
      make("span", { class: "studio-problem-where" }, say("asideIs", rule, reason)), this.backButton(rule));
  }

  async setAside(problem) {
    const reason = await reasonFor(problem);
    if (reason) this.draft.setAside(problem.rule, problem.element, reason);
  }

  async fix(problem) {
    await this.shell.openFile("bpmn", fileOf(problem), problem.element);
    await this.accept([problem.fix]);
  }

  /** Accept proposals for the diagram on the canvas. */
  async accept(ids) {
    const { board } = this.shell;
    await board.sync();
    const before = this.draft.text("bpmn", board.file);
    try {
      const { xml } = await ask(this.urls.fix, { method: "POST", json: { xml: before, accept: ids } });
      await board.replace(xml);
      this.shell.offerBack(say("fixed"), before);
    } catch (refusal) {
      announce(refusal.body?.error ?? refusal.body?.detail ?? say("fixFailed"));
    }
  }
}

/** The kind and key of the file a problem is in: "key" is a diagram, "form:key" another kind. */
export const kindOf = ({ kind, file }) => kind ?? (/^(form|dmn|checklist|scenario)[:/]/.exec(file ?? "")?.[1] || "bpmn");
export const fileOf = ({ file }) => (file ?? "").replace(/^(bpmn|form|dmn|checklist|scenario)[:/]/, "");
