// One diagram at a time on the canvas: opening, switching, keeping its text in step with the draft.
import { make } from "../page.js";
import { lookAt, lookAtBeginning, openModeler, openViewer } from "./modeler.js";
import { Panel } from "./panel/panel.js";
import { object } from "./settings.js";
import { processesOf } from "./upstream.js";

export class Board extends EventTarget {
  /** place: canvas · side: panel (none on a small screen) · context: what the panel may call. */
  constructor({ draft, place, side, context }) {
    super();
    this.draft = draft;
    this.file = null;
    this.isEditable = Boolean(side);
    this.modeler = this.isEditable ? openModeler(place) : openViewer(place);
    this.views = new Map();
    if (!this.isEditable) return;
    this.panel = new Panel(side, { ...context, draft, modeler: this.modeler, get file() { return context.currentFile(); } });
    this.listen();
  }

  listen() {
    const bus = this.modeler.get("eventBus");
    // A listener of theirs that gives something back keeps it from those behind it.
    bus.on("commandStack.changed", () => { this.follow(); });
    bus.on("selection.changed", ({ newSelection }) => { this.panel.show(newSelection); });
    bus.on("element.dblclick", 2000, ({ element }) => (this.enter(element) ? false : undefined));
    bus.on("import.done", () => { this.panel.show([]); });
  }

  // A double click on a call goes into what it calls; elsewhere it edits the name, as always.
  enter(element) {
    const called = element.type === "bpmn:CallActivity" && object(element).get("calledElement");
    const found = called && processesOf(this.draft).find((one) => one.id === called);
    if (!found) return false;
    this.tell("enter", { file: found.file });
    return true;
  }

  async follow() {
    await this.sync();
    this.panel.draw();
    this.tell("moved", {});
  }

  /** Write what is drawn into the draft; where nothing was drawn, or all of it undone, the file as it was read. */
  async sync() {
    if (!this.file || !this.isEditable || this.isOpening) return;
    const file = this.file;
    const isDrawn = this.modeler.get("commandStack").canUndo();
    const { xml } = isDrawn ? await this.modeler.saveXML({ format: true }) : { xml: this.readText };
    if (file === this.file) this.draft.set("bpmn", file, xml);
  }

  async open(file) {
    if (this.file) {
      await this.sync();
      this.views.set(this.file, this.modeler.get("canvas").viewbox());
    }
    await this.read(file, this.draft.text("bpmn", file));
    const view = this.views.get(file);
    if (view) this.modeler.get("canvas").viewbox(view);
    else lookAtBeginning(this.modeler);
  }

  async read(file, text) {
    this.isOpening = true;
    this.file = file;
    this.readText = text;
    try {
      await this.modeler.importXML(text);
      this.tell("opened", { file });
    } catch (problem) {
      // Nothing of the diagram before may be taken for this one.
      this.modeler.clear();
      throw problem;
    } finally {
      this.isOpening = false;
    }
  }

  /** Put another text in the place of the open diagram, as a fix does; the view stays. */
  async replace(text) {
    const view = this.modeler.get("canvas").viewbox();
    this.draft.set("bpmn", this.file, text);
    await this.read(this.file, text);
    this.modeler.get("canvas").viewbox(view);
    this.tell("moved", {});
  }

  lookAt(id) {
    return lookAt(this.modeler, id);
  }

  /** Show problems on their elements: a number, a colour and a sign. */
  mark(problems, words) {
    const overlays = this.modeler.get("overlays");
    const registry = this.modeler.get("elementRegistry");
    overlays.remove({ type: "bihuan-problem" });
    for (const [id, found] of group(problems)) {
      const element = registry.get(id);
      if (!element?.parent) continue;
      const isError = found.some((one) => one.severity === "error");
      const html = make("span", { class: `studio-mark ${isError ? "is-error" : "is-warning"}`, title: found.map((one) => one.words).join("\n"), role: "img", "aria-label": words(found.length, isError) },
        `${isError ? "✕" : "!"} ${found.length}`);
      const position = element.waypoints ? middle(element) : { top: -12, left: -10 };
      overlays.add(element, "bihuan-problem", { position, html, show: { minZoom: 0.2 } });
    }
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function group(problems) {
  const found = new Map();
  for (const one of problems) if (one.element) found.set(one.element, [...(found.get(one.element) ?? []), one]);
  return found;
}

// Overlays of a connection are placed from the corner of its bounding box.
function middle({ waypoints }) {
  const point = waypoints[Math.floor((waypoints.length - 1) / 2)];
  const next = waypoints[Math.floor((waypoints.length - 1) / 2) + 1] ?? point;
  const left = Math.min(...waypoints.map((one) => one.x));
  const top = Math.min(...waypoints.map((one) => one.y));
  return { left: (point.x + next.x) / 2 - left - 8, top: (point.y + next.y) / 2 - top - 22 };
}
