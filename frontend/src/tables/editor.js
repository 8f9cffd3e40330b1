// Puts the table editor together: which decision, what to add, the table; and tells of changes.
import { make } from "../page.js";
import { columnChooser } from "./columns.js";
import { likeBefore } from "./document.js";
import { hintTable } from "./hints.js";
import { nameAll } from "./names.js";
import { sayOver } from "./translate.js";
import { DRAWING, TABLE, readTables } from "./views.js";
import { say } from "./words.js";

function button(word, work) {
  const made = make("button", { type: "button", class: "btn btn-outline-secondary" }, say(word));
  made.addEventListener("click", work);
  return made;
}

// A text that dmn-js cannot read: shown as it is, to be mended by hand.
function openPlain(container, options) {
  const area = make("textarea", { class: "form-control table-plain", rows: 24, spellcheck: "false", "aria-label": say("unreadableText"), readonly: options.readOnly });
  area.value = options.text;
  let inner = null;
  area.addEventListener("change", () => options.onChange(area.value));
  const again = button("unreadableOpen", async () => { inner = await open(container, { ...options, text: area.value }); });
  container.replaceChildren(make("div", { class: "table-broken" }, make("p", { role: "alert" }, say("unreadable")), area, again));
  return { destroy: () => (inner ? inner.destroy() : container.replaceChildren()) };
}

/** One open file of decisions. */
class OpenTables {
  constructor(manager, parts, options, baseline) {
    Object.assign(this, { manager, parts, options, baseline, last: options.text, stops: [], stopTable: () => {} });
  }

  get viewer() {
    return this.manager.getActiveViewer();
  }

  get stack() {
    return this.viewer?.get("commandStack", false);
  }

  listen() {
    const follow = (viewer) => viewer.on("commandStack.changed", () => this.follow());
    Object.values(this.manager._viewers).forEach(follow);
    this.manager.on("viewer.created", ({ viewer }) => follow(viewer));
    this.manager.on("views.changed", () => this.show());
    this.stops.push(sayOver(this.parts.place), nameAll(this.parts.place, () => this.manager.getActiveView()?.name ?? ""));
    this.show();
  }

  // What was taken back to the beginning is the text that was opened, to the letter.
  async follow() {
    this.drawButtons();
    const { xml } = await this.manager.saveXML({ format: true });
    const text = xml === this.baseline ? this.options.text : likeBefore(xml, this.options.text);
    if (text === this.last || this.isClosed) return;
    this.last = text;
    this.options.onChange(text);
  }

  show() {
    this.stopTable();
    const isTable = this.manager.getActiveView()?.type === TABLE;
    this.stopTable = isTable ? hintTable(this.parts.place, this.viewer, this.options.fields) : () => {};
    this.parts.bar.hidden = !isTable || this.options.readOnly;
    this.parts.help.textContent = say(isTable ? "help" : "readOnly");
    this.drawTabs();
    this.drawButtons();
  }

  drawButtons() {
    const stack = this.stack;
    this.parts.undo.disabled = !stack?.canUndo();
    this.parts.redo.disabled = !stack?.canRedo();
  }

  drawTabs() {
    const views = this.manager.getViews().filter(({ type, element }) => type !== DRAWING || element.get("dmnDI"));
    const active = this.manager.getActiveView();
    this.parts.tabs.hidden = views.length < 3 && views.filter(({ type }) => type !== DRAWING).length < 2;
    this.parts.tabs.replaceChildren(...views.map((view) => this.tab(view, view.element === active?.element)));
  }

  tab(view, isActive) {
    const name = view.type === DRAWING ? say("drawing") : view.name || view.id;
    const made = make("button", { type: "button", class: "table-tab", "aria-pressed": String(isActive) }, name);
    made.addEventListener("click", async () => {
      await this.manager.open(view);
    });
    return made;
  }

  destroy() {
    this.isClosed = true;
    this.stopTable();
    this.stops.forEach((stop) => stop());
    this.manager.destroy();
  }
}

function frame(options, viewer, actions) {
  const place = make("div", { class: "table-place" });
  const tabs = make("div", { class: "table-tabs", role: "group", "aria-label": say("tables") });
  const undo = button("undo", actions.undo);
  const redo = button("redo", actions.redo);
  const chooser = columnChooser(viewer, options.fields);
  const bar = make("div", { class: "table-bar" }, undo, redo, button("addRule", actions.addRule), ...(chooser ? [chooser] : []));
  const help = make("p", { class: "table-help" });
  return { whole: make("div", { class: "table-editor" }, tabs, bar, help, place), place, tabs, undo, redo, bar, help };
}

/** Open a file of decisions in `container`. */
export async function open(container, given) {
  const options = { fields: [], onChange() {}, readOnly: false, ...given };
  let opened = null;
  const parts = frame(options, () => opened.viewer, {
    undo: () => opened.stack?.undo(),
    redo: () => opened.stack?.redo(),
    addRule: () => opened.viewer.get("editorActions").trigger("addRule"),
  });
  container.replaceChildren(parts.whole);
  try {
    const manager = await readTables(parts.place, options.text, options);
    const { xml } = await manager.saveXML({ format: true });
    opened = new OpenTables(manager, parts, options, xml);
  } catch (problem) {
    console.warn(problem);
    return openPlain(container, options);
  }
  opened.listen();
  return {
    destroy() {
      opened.destroy();
      container.replaceChildren();
    },
  };
}
