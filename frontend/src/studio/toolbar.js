// Undo, zoom, the walk-through, finding: buttons over the canvas that say what they do.
import { make } from "../page.js";
import { button } from "./controls.js";
import { fit, step } from "./modeler.js";
import { say } from "./words.js";

const NS = "http://www.w3.org/2000/svg";
const SHAPES = {
  undo: "M9 7L4.5 11.5L9 16M5 11.5h9a5 5 0 0 1 0 10h-2",
  redo: "M15 7l4.5 4.5L15 16M19 11.5h-9a5 5 0 0 0 0 10h2",
  zoomIn: "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM15.5 15.5L20.5 20.5M7.5 10.5h6M10.5 7.5v6",
  zoomOut: "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM15.5 15.5L20.5 20.5M7.5 10.5h6",
  zoomFit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  simulate: "M7 5l12 7l-12 7z",
  find: "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM15.5 15.5L20.5 20.5",
};

function picture(name) {
  const svg = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", fill: "none", stroke: "currentColor", "stroke-width": "1.75", "aria-hidden": "true" })) svg.setAttribute(key, value);
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

function tool(name, act, { words = false, title = say(name) } = {}) {
  const made = button({ label: picture(name), name, title, act });
  made.classList.add("studio-tool");
  if (words) made.append(make("span", {}, say(name)));
  else made.setAttribute("aria-label", say(name));
  return made;
}

export function toolbar({ board, canEdit }) {
  const { modeler } = board;
  const zooms = [tool("zoomOut", () => step(modeler, -1)), tool("zoomIn", () => step(modeler, 1)), tool("zoomFit", () => fit(modeler))];
  const bar = make("div", { class: "studio-toolbar", role: "toolbar", "aria-label": say("tools") });
  if (!canEdit) {
    bar.append(...zooms);
    return bar;
  }
  const stack = modeler.get("commandStack");
  const undo = tool("undo", () => stack.undo());
  const redo = tool("redo", () => stack.redo());
  const simulate = tool("simulate", () => modeler.get("toggleMode").toggleMode(), { words: true, title: say("simulateHelp") });
  simulate.setAttribute("aria-pressed", "false");
  const bus = modeler.get("eventBus");
  const follow = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  bus.on(["commandStack.changed", "import.done"], follow);
  bus.on("tokenSimulation.toggleMode", ({ active }) => simulate.setAttribute("aria-pressed", String(active)));
  follow();
  bar.append(undo, redo, ...zooms, tool("find", () => modeler.get("searchPad").open()), simulate);
  return bar;
}
