// A diagram with what happened on it: <div class="diagram" data-diagram="/cases/…/diagram">. The address
// gives {"xml": "…", "passed": {element id: times}, "current": [element id, …]}; a page may say the latter two in data-state,
// and "heat": {element id: {"degree": 1 to 5, "text"}} to colour steps by a figure.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { COLOURS, fit, load, shape } from "./drawing.js";
import { all, make, onContent } from "./page.js";
import { say } from "./messages.js";

function reached(state, id) {
  return id in state.passed || state.current.includes(id);
}

// A flow was taken when both its ends were reached, unless the answer names flows itself.
function wasTaken(state, element) {
  if (element.type !== "bpmn:SequenceFlow") return false;
  return element.id in state.passed || (element.source.id in state.passed && reached(state, element.target.id));
}

function markPath(viewer, state) {
  const canvas = viewer.get("canvas");
  for (const element of viewer.get("elementRegistry").filter((one) => one.type !== "label")) {
    const passed = element.waypoints ? wasTaken(state, element) : element.id in state.passed;
    if (passed) canvas.addMarker(element.id, "is-passed");
    if (state.current.includes(element.id)) canvas.addMarker(element.id, "is-current");
  }
}

function markCounts(viewer, state) {
  const registry = viewer.get("elementRegistry");
  for (const [id, times] of Object.entries(state.passed)) {
    if (times < 2 || !registry.get(id) || registry.get(id).waypoints) continue;
    const html = make("span", { class: "diagram-count", title: say("legendCount", times) }, `×${times}`);
    viewer.get("overlays").add(id, { position: { top: -12, right: 14 }, html });
  }
}

// The figure stands on the step, so that the colour only repeats it.
function markHeat(viewer, heat) {
  const registry = viewer.get("elementRegistry");
  for (const [id, { degree, text }] of Object.entries(heat ?? {})) {
    if (!registry.get(id)) continue;
    viewer.get("canvas").addMarker(id, `is-heat-${degree}`);
    const html = make("span", { class: "diagram-count diagram-heat" }, text);
    viewer.get("overlays").add(id, { position: { top: -30, left: 8 }, scale: { min: 0.9, max: 1.2 }, html });
  }
}

// The beginning of a stretch of `length` round `middle` that does not leave the drawing more than it must.
function within(middle, length, from, extent) {
  if (length >= extent) return from - (length - extent) / 2;
  return Math.min(Math.max(middle - length / 2, from), from + extent - length);
}

// The step with the highest figure.
function hottest(heat) {
  return Object.entries(heat ?? {}).sort(([, one], [, other]) => other.degree - one.degree)[0]?.[0];
}

// On a phone the whole diagram would be too small to read: show the place where the case is now, or the hottest step.
function lookAtCurrent(viewer, state) {
  const canvas = viewer.get("canvas");
  const element = viewer.get("elementRegistry").get(state.current[0] ?? hottest(state.heat));
  if (canvas.zoom() >= 0.45 || !element) return;
  const scale = 0.75;
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / scale;
  const height = outer.height / scale;
  const x = within(element.x + element.width / 2, width, inner.x - 24, inner.width + 48);
  const y = within(element.y + element.height / 2, height, inner.y - 24, inner.height + 48);
  canvas.viewbox({ x, y, width, height });
}

function addControls(box, canvas) {
  const actions = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() * 0.8),
    fit: () => fit(canvas),
  };
  box.addEventListener("click", (event) => actions[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
}

async function draw(box, place) {
  const told = JSON.parse(box.dataset.state ?? "{}");
  const state = { passed: {}, current: [], ...(await load(box.dataset.diagram)), ...told };
  const viewer = new NavigatedViewer({ container: place, ...COLOURS });
  await viewer.importXML(state.xml);
  const canvas = viewer.get("canvas");
  shape(place, canvas);
  fit(canvas);
  markPath(viewer, state);
  markCounts(viewer, state);
  markHeat(viewer, state.heat);
  lookAtCurrent(viewer, state);
  addControls(box, canvas);
  box.classList.add("is-ready");
}

async function show(box) {
  const place = box.querySelector("[data-diagram-canvas]");
  try {
    await draw(box, place);
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
