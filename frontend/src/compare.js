// Two drawings side by side: <div data-compare> with [data-before] and [data-after], the addresses of {"xml"}, and
// [data-states], what became of each element in words of the list below. They move and grow together.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { diff } from "bpmn-js-differ";
import { COLOURS, fit, load, shape } from "./drawing.js";
import { all, make, onContent } from "./page.js";
import { say } from "./messages.js";

// The list says what counts; what it passes over, such as how a line runs, is told by the drawings.
function statesOf(before, after, listed) {
  const found = diff(before.getDefinitions(), after.getDefinitions());
  const states = {};
  for (const [part, state] of [["_layoutChanged", "moved"], ["_added", "added"], ["_removed", "removed"]]) {
    for (const id of Object.keys(found[part])) states[id] = state;
  }
  return { ...states, ...listed };
}

function mark(viewer, states) {
  const registry = viewer.get("elementRegistry");
  const canvas = viewer.get("canvas");
  for (const [id, state] of Object.entries(states)) {
    if (!registry.get(id) || registry.get(id) === canvas.getRootElement()) continue;
    canvas.addMarker(id, `is-${state}`);
  }
}

// Whoever is moved moves the other; an echo changes nothing, so it ends there.
function together(canvases, viewers) {
  let leading = false;
  viewers.forEach((viewer, at) => {
    viewer.on("canvas.viewbox.changed", ({ viewbox: { x, y, width, height } }) => {
      if (leading) return;
      leading = true;
      canvases[1 - at].viewbox({ x, y, width, height });
      leading = false;
    });
  });
}

function addControls(box, canvases) {
  const actions = {
    in: () => canvases[1].zoom(canvases[1].zoom() * 1.25),
    out: () => canvases[1].zoom(canvases[1].zoom() * 0.8),
    fit: () => fit(canvases[1]),
  };
  box.addEventListener("click", (event) => actions[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
}

// From the list to the drawing: the element in the middle, a moment in sight.
function look(box, viewers, id) {
  const viewer = viewers.find((one) => one.get("elementRegistry").get(id));
  if (!viewer) return;
  const canvas = viewer.get("canvas");
  canvas.zoom(0.9);
  canvas.scrollToElement(id, 120);
  viewer.get("selection").select(viewer.get("elementRegistry").get(id));
  box.scrollIntoView({ block: "center" });
}

// A wide drawing would be too small to read: show the place where it differs.
function lookAtChanges(canvas, registry, states) {
  const changed = Object.keys(states).map((id) => registry.get(id)).filter((one) => one && one.width && one.x != null);
  if (canvas.zoom() >= 0.45 || !changed.length) return;
  const left = Math.min(...changed.map((one) => one.x));
  const top = Math.min(...changed.map((one) => one.y));
  const right = Math.max(...changed.map((one) => one.x + one.width));
  const bottom = Math.max(...changed.map((one) => one.y + one.height));
  const { outer } = canvas.viewbox();
  const scale = Math.min(0.75, Math.max(canvas.zoom(), outer.width / (right - left + 160), 0));
  const fitting = Math.max(canvas.zoom(), Math.min(scale, outer.height / (bottom - top + 120)));
  const [width, height] = [outer.width / fitting, outer.height / fitting];
  canvas.viewbox({ x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
}

async function drawOne(place, address) {
  const { xml } = await load(address);
  const viewer = new NavigatedViewer({ container: place, ...COLOURS });
  await viewer.importXML(xml);
  return viewer;
}

async function draw(box, places) {
  const viewers = await Promise.all([
    drawOne(places[0], places[0].dataset.before),
    drawOne(places[1], places[1].dataset.after),
  ]);
  const canvases = viewers.map((viewer) => viewer.get("canvas"));
  canvases.forEach((canvas, at) => shape(places[at], canvas));
  places[0].style.height = places[1].style.height;
  canvases[0].resized();
  const states = statesOf(...viewers, JSON.parse(box.querySelector("[data-states]").textContent));
  viewers.forEach((viewer) => mark(viewer, states));
  together(canvases, viewers);
  fit(canvases[1]);
  lookAtChanges(canvases[1], viewers[1].get("elementRegistry"), states);
  addControls(box, canvases);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-look]");
    if (button) look(box, viewers, button.dataset.look);
  });
  box.classList.add("is-ready");
}

async function show(box) {
  const places = [box.querySelector("[data-before]"), box.querySelector("[data-after]")];
  try {
    await draw(box, places);
  } catch (problem) {
    console.warn(problem);
    places.forEach((place) => place.replaceChildren(make("p", { class: "diagram-failed", role: "status" }, say("diagramFailed"))));
  }
}

onContent((root) => all(root, "[data-compare]").forEach(show));
