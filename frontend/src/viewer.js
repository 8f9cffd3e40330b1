// A diagram with what happened on it: <div class="diagram" data-diagram="/cases/…/diagram">. The address
// gives {"xml": "…", "passed": {element id: times}, "current": [element id, …]}.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { all, make, onContent } from "./page.js";
import { say } from "./messages.js";

const COLOURS = { bpmnRenderer: { defaultFillColor: "var(--diagram-fill)", defaultStrokeColor: "var(--diagram-line)", defaultLabelColor: "var(--diagram-text)" } };

function reached(state, id) {
  return id in state.passed || state.current.includes(id);
}

// A flow was taken when both its ends were reached, unless the answer names flows itself.
function wasTaken(state, { id, source, target }) {
  return id in state.passed || (source.id in state.passed && reached(state, target.id));
}

function markPath(viewer, state) {
  const canvas = viewer.get("canvas");
  viewer.get("elementRegistry").forEach((element) => {
    if (element.type === "label") return;
    const passed = element.waypoints ? element.type === "bpmn:SequenceFlow" && wasTaken(state, element) : element.id in state.passed;
    if (passed) canvas.addMarker(element.id, "is-passed");
    if (state.current.includes(element.id)) canvas.addMarker(element.id, "is-current");
  });
}

function markCounts(viewer, state) {
  const registry = viewer.get("elementRegistry");
  for (const [id, times] of Object.entries(state.passed)) {
    if (times < 2 || !registry.get(id) || registry.get(id).waypoints) continue;
    const html = make("span", { class: "diagram-count", title: say("legendCount", times) }, `×${times}`);
    viewer.get("overlays").add(id, { position: { top: -12, right: 14 }, html });
  }
}

function fit(viewer) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
}

// On a phone the whole diagram would be too small to read: show the place where the case is now.
function lookAtCurrent(viewer, state) {
  const canvas = viewer.get("canvas");
  const element = viewer.get("elementRegistry").get(state.current[0]);
  if (canvas.zoom() >= 0.45 || !element) return;
  const { width, height } = canvas.viewbox().outer;
  const scale = 0.75;
  canvas.viewbox({
    x: element.x + element.width / 2 - width / scale / 2,
    y: element.y + element.height / 2 - height / scale / 2,
    width: width / scale,
    height: height / scale,
  });
}

function addControls(box, viewer) {
  const step = (factor) => viewer.get("canvas").zoom(viewer.get("canvas").zoom() * factor);
  box.addEventListener("click", (event) => {
    const action = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (action === "in") step(1.25);
    if (action === "out") step(0.8);
    if (action === "fit") fit(viewer);
  });
}

async function show(box) {
  const place = box.querySelector("[data-diagram-canvas]");
  try {
    const reply = await fetch(box.dataset.diagram, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const state = { passed: {}, current: [], ...(await reply.json()) };
    const viewer = new NavigatedViewer({ container: place, ...COLOURS });
    await viewer.importXML(state.xml);
    fit(viewer);
    markPath(viewer, state);
    markCounts(viewer, state);
    lookAtCurrent(viewer, state);
    addControls(box, viewer);
    place.querySelector("svg").setAttribute("aria-label", say("diagramName"));
    box.classList.add("is-ready");
  } catch (problem) {
    console.warn(problem);
    place.replaceChildren(make("p", { class: "diagram-failed", role: "status" }, say("diagramFailed")));
  }
}

// A diagram in a hidden tab has no size; it is drawn when it is first seen.
function whenSeen(box) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    show(box);
  });
  observer.observe(box);
}

onContent((root) => all(root, "[data-diagram]").forEach(whenSeen));
