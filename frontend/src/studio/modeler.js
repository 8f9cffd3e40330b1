// The drawing board: bpmn-js with our colours, our words, our properties, the map and the walk-through.
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import simulation from "bpmn-js-token-simulation";
import minimap from "diagram-js-minimap";
import spiffworkflow from "./spiff.json";
import steps from "./steps.js";
import translateModule from "./translate.js";

const COMMON = {
  moddleExtensions: { spiffworkflow },
  bpmnRenderer: {
    defaultFillColor: "var(--diagram-fill)",
    defaultStrokeColor: "var(--diagram-line)",
    defaultLabelColor: "var(--diagram-text)",
  },
  textRenderer: { defaultStyle: { fontFamily: "inherit" }, externalStyle: { fontFamily: "inherit" } },
};

// While a diagram is walked through it stands in plain colours; theirs are those of a light page.
function PlainColours(eventBus, elementRegistry, elementColors) {
  eventBus.on("tokenSimulation.toggleMode", ({ active }) => {
    if (!active) return;
    elementRegistry.forEach((element) => {
      elementColors.add(element, "neutral-element-colors", { stroke: "var(--diagram-text)", fill: "var(--diagram-fill)" });
    });
  });
}
PlainColours.$inject = ["eventBus", "elementRegistry", "elementColors"];
const walkThrough = { __depends__: [simulation], neutralElementColors: ["type", PlainColours] };

export function openModeler(container) {
  return new Modeler({ container, ...COMMON, additionalModules: [minimap, walkThrough, steps, translateModule] });
}

/** For a screen that is too small to draw on. */
export function openViewer(container) {
  return new NavigatedViewer({ container, ...COMMON, additionalModules: [translateModule] });
}

export function fit(modeler) {
  modeler.get("canvas").zoom("fit-viewport", "auto");
}

/** What is seen at first: all of it if it can still be read, else the beginning; the palette covers nothing. */
export function lookAtBeginning(modeler) {
  const canvas = modeler.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const covered = modeler.get("palette", false) ? 120 : 16;
  const whole = Math.min((outer.width - covered - 24) / inner.width, (outer.height - 48) / inner.height);
  const scale = Math.min(Math.max(whole, 0.6), 1);
  const width = outer.width / scale;
  const height = outer.height / scale;
  const y = height < inner.height ? inner.y - 16 / scale : inner.y + inner.height / 2 - height / 2;
  canvas.viewbox({ x: inner.x - covered / scale, y, width, height });
}

/** Zoom in (1) or out (-1) by a step. */
export function step(modeler, direction) {
  modeler.get("zoomScroll").stepZoom(direction);
}

/** Show an element in the middle and select it; false when the diagram has none of that id. */
export function lookAt(modeler, id) {
  const registry = modeler.get("elementRegistry");
  const element = registry.get(id);
  if (!element) return false;
  const canvas = modeler.get("canvas");
  const root = canvas.findRoot(element);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
  if (element.parent) canvas.scrollToElement(element, { top: 120, bottom: 120, left: 160, right: 160 });
  modeler.get("selection", false)?.select(element);
  return true;
}
