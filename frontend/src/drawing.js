// What every drawn diagram has in common: our colours, its height, showing all of it.
export const COLOURS = {
  bpmnRenderer: {
    defaultFillColor: "var(--diagram-fill)",
    defaultStrokeColor: "var(--diagram-line)",
    defaultLabelColor: "var(--diagram-text)",
  },
};

/** Make its place as high as the drawing needs at this width, within reason. */
export function shape(place, canvas) {
  const { inner } = canvas.viewbox();
  const wanted = (place.clientWidth * inner.height) / inner.width + 96;
  place.style.height = `${Math.round(Math.min(Math.max(wanted, 288), 608))}px`;
  canvas.resized();
}

/** Show all of the drawing, with a little air round it. */
export function fit(canvas) {
  canvas.zoom("fit-viewport", "auto");
  const { width, height } = canvas.viewbox().outer;
  canvas.zoom(canvas.zoom() * 0.92, { x: width / 2, y: height / 2 });
}

/** Give what an address says of a diagram. */
export async function load(address) {
  const reply = await fetch(address, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.json();
}
