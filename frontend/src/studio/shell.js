// The frame: tabs for diagrams, forms and tables, tools, state of saving, problems.
import { announce } from "../messages.js";
import { make } from "../page.js";
import { Board } from "./board.js";
import { button } from "./controls.js";
import { confirmed, newFile, openEditor, titleOf } from "./files.js";
import { Problems } from "./problems.js";
import { Proposals } from "./proposals.js";
import { Saving } from "./saving.js";
import { toolbar } from "./toolbar.js";
import { processesOf } from "./upstream.js";
import { say } from "./words.js";

const TABS = [["bpmn", "tabDiagrams"], ["form", "tabForms"], ["dmn", "tabTables"]];
const LISTS = { bpmn: "diagrams", form: "forms", dmn: "tables" };
const SMALL = "(max-width: 767.98px)";

export class Shell {
  constructor(root, draft) {
    Object.assign(this, { root, draft, editors: {} });
    this.isReadOnly = root.dataset.state !== "editing";
    this.isSmall = matchMedia(SMALL).matches;
    this.canEdit = !this.isReadOnly && !this.isSmall;
    const { content, lint, fix, proposals, index, formsScript, formsStyle, tablesScript, tablesStyle } = root.dataset;
    this.urls = { content, lint, fix, proposals, drafts: `${index ?? "/studio"}/drafts` };
    this.sources = { form: { script: formsScript, style: formsStyle }, dmn: { script: tablesScript, style: tablesStyle } };
    this.build();
  }

  build() {
    const parts = ["canvas", "side", "problems", "proposals", "files", "editorform", "editordmn"];
    this.at = Object.fromEntries(parts.map((name) => [name, make("div", { class: `studio-${name}` })]));
    this.status = make("span", { class: "studio-save", role: "status" });
    this.bar = make("div", { class: "studio-tabs" });
    this.tabs = TABS.map(([kind, words]) => this.tab(kind, words));
    const list = make("div", { role: "tablist", "aria-label": say("tabs"), class: "studio-tablist" }, ...this.tabs);
    this.views = Object.fromEntries(TABS.map(([kind]) => [kind, make("div", { class: `studio-view studio-view-${kind}`, role: "tabpanel", id: `studio-view-${kind}`, "aria-labelledby": `studio-tab-${kind}` })]));
    this.bar.append(list, this.status);
    this.at.side.setAttribute("role", "region");
    this.at.side.setAttribute("aria-label", say("panel"));
    this.at.canvas.setAttribute("role", "region");
    this.at.canvas.setAttribute("aria-label", say("canvas"));
    this.root.replaceChildren(this.bar, ...Object.values(this.views));
    if (this.isSmall) this.root.prepend(make("p", { class: "studio-note" }, say("smallScreen")));
    this.root.classList.toggle("is-read-only", !this.canEdit);
  }

  async begin() {
    this.board = new Board({ draft: this.draft, place: this.at.canvas, side: this.canEdit ? this.at.side : null, context: this.context() });
    this.problems = new Problems({ draft: this.draft, urls: this.urls, place: this.at.problems, shell: this });
    this.saving = new Saving({ draft: this.draft, urls: this.urls, sync: () => this.board.sync(), status: this.status });
    this.proposals = new Proposals({ draft: this.draft, urls: this.canEdit ? this.urls : {}, place: this.at.proposals, shell: this, problems: this.problems, saving: this.saving });
    this.bar.append(...(this.canEdit ? [button({ label: say("save"), name: "save", kind: "primary", title: say("saveHelp"), act: () => this.saveNow() })] : this.isSmall ? [] : [make("span", { class: "studio-note" }, say("readOnly"))]));
    this.views.bpmn.append(make("div", { class: "studio-head" }, this.at.files, toolbar(this)), make("div", { class: "studio-desk" }, this.at.canvas, ...(this.canEdit ? [this.at.side] : [])), this.at.proposals, this.at.problems);
    for (const kind of ["form", "dmn"]) this.views[kind].append(make("nav", { class: "studio-list", "aria-label": say(LISTS[kind]), "data-list": kind }), this.at[`editor${kind}`]);
    this.listen();
    if (this.canEdit) await this.saving.restore();
    this.choose("bpmn");
    await this.openDiagram(this.draft.key in this.draft.files.bpmn ? this.draft.key : this.draft.keys("bpmn")[0]);
    this.problems.run();
  }

  context() {
    return {
      currentFile: () => this.board.file,
      tell: (words) => announce(words),
      openForm: (key) => this.openFile("form", key),
      openTable: (key) => this.openFile("dmn", key),
      openProcess: (id) => this.openFile("bpmn", processesOf(this.draft).find((one) => one.id === id)?.file),
      newForm: async (use, name) => {
        const key = await newFile(this.draft, "form", name ?? "");
        if (key) use(key);
      },
    };
  }

  listen() {
    this.board.addEventListener("enter", ({ detail }) => this.openDiagram(detail.file));
    this.draft.addEventListener("change", ({ detail }) => { if (detail.what === "file") this.listFiles(detail.kind); });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (this.canEdit) this.saveNow();
    }, true);
  }

  /** Save what is drawn and typed, also the name that is being written on the canvas. */
  saveNow() {
    this.board.modeler.get("directEditing").complete();
    document.activeElement?.blur();
    return this.saving.save({ loud: true });
  }

  tab(kind, words) {
    const made = make("button", { type: "button", role: "tab", id: `studio-tab-${kind}`, "aria-controls": `studio-view-${kind}`, class: "studio-tab" }, say(words));
    made.addEventListener("click", () => this.choose(kind));
    made.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = this.tabs[(this.tabs.indexOf(made) + step + this.tabs.length) % this.tabs.length];
      next.click();
      next.focus();
    });
    return made;
  }

  choose(kind) {
    this.kind = kind;
    TABS.forEach(([one], at) => {
      this.tabs[at].setAttribute("aria-selected", String(one === kind));
      this.tabs[at].tabIndex = one === kind ? 0 : -1;
      this.views[one].hidden = one !== kind;
    });
    this.listFiles(kind);
    if (kind === "bpmn") this.board.modeler.get("canvas").resized();
    else if (!this.editors[kind]) this.at[`editor${kind}`].replaceChildren(make("p", { class: "studio-empty" }, say(kind === "form" ? "pickForm" : "pickTable")));
  }

  fileTitle(kind, key) {
    return key ? titleOf(this.draft, kind, key) : "";
  }

  listFiles(kind) {
    const place = kind === "bpmn" ? this.at.files : this.views[kind]?.querySelector("[data-list]");
    if (!place) return;
    const current = kind === "bpmn" ? this.board.file : this.editors[kind]?.key;
    const items = this.draft.keys(kind).map((key) => {
      const made = make("button", { type: "button", class: "studio-file", "data-key": key, "aria-current": key === current ? "true" : null }, titleOf(this.draft, kind, key), make("small", {}, key));
      made.addEventListener("click", () => this.openFile(kind, key));
      return make("li", {}, made);
    });
    if (this.canEdit) {
      items.push(make("li", {}, button({ label: say(`new_${kind}`), name: `new-${kind}`, act: () => this.add(kind) })));
      // The process that the draft is about stays; the rest may go.
      if (current && current !== this.draft.key) items.push(make("li", {}, button({ label: say(`remove_${kind}`), name: `remove-${kind}`, act: () => this.remove(kind, current) })));
    }
    const list = make("ul", {}, ...items);
    place.replaceChildren(kind === "bpmn" ? make("nav", { "aria-label": say("diagrams") }, list) : list);
  }

  async add(kind) {
    const key = await newFile(this.draft, kind);
    if (key) await this.openFile(kind, key);
  }

  async remove(kind, key) {
    if (!(await confirmed(say("removeTitle", titleOf(this.draft, kind, key)), say("removeText")))) return;
    if (kind === "bpmn") await this.openDiagram(this.draft.keys("bpmn").find((one) => one !== key));
    else {
      this.editors[kind]?.destroy();
      this.editors[kind] = null;
    }
    this.draft.remove(kind, key);
    this.choose(kind);
  }

  /** Open a file in its tab; with an element, show and select that. */
  async openFile(kind, key, element) {
    if (!key || this.draft.text(kind, key) === undefined) return;
    if (this.kind !== kind && TABS.some(([one]) => one === kind)) this.choose(kind);
    if (kind === "bpmn") {
      if (key !== this.board.file) await this.openDiagram(key);
      if (element) this.board.lookAt(element);
    } else if (this.sources[kind]) await this.openEditor(kind, key);
  }

  async openDiagram(file) {
    try {
      await this.board.open(file);
      this.drawFailed?.remove();
    } catch (problem) {
      console.warn(problem);
      this.drawFailed?.remove();
      this.drawFailed = make("p", { class: "studio-empty", role: "alert" }, say("drawFailed"));
      this.at.canvas.append(this.drawFailed);
    }
    this.listFiles("bpmn");
    if (this.canEdit) this.board.panel.show([]);
  }

  async openEditor(kind, key) {
    if (this.editors[kind]?.key === key) return;
    this.editors[kind]?.destroy?.();
    const place = this.at[`editor${kind}`];
    try {
      const editor = await openEditor(kind, { draft: this.draft, key, place, sources: this.sources, readOnly: !this.canEdit });
      this.editors[kind] = { key, destroy: () => editor.destroy() };
    } catch (problem) {
      console.warn(problem);
      this.editors[kind] = null;
      place.replaceChildren(make("p", { class: "studio-empty", role: "alert" }, say("editorFailed")));
    }
    this.listFiles(kind);
  }

  /** Say what was done and, for a while, offer to take it back. */
  offerBack(words, text) {
    const { file } = this.board;
    const offer = make("p", { class: "studio-offer", role: "status" }, words, " ", button({ label: say("fixBack"), name: "fix-back", act: async () => {
      offer.remove();
      await this.openDiagram(file);
      await this.board.replace(text);
    } }));
    this.at.problems.before(offer);
    setTimeout(() => offer.remove(), 30_000);
  }
}
