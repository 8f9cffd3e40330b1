// Where on the canvas a piece that is drawn by itself finds room: within one lane, touching nothing.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { laneOf } from "./who.js";

const MARGIN = 12;
const STEP = 20;

const isSolid = (one) => one.width && one.type !== "label" && !is(one, "bpmn:Lane") && !is(one, "bpmn:Participant");
const overlaps = (box, other) => box.x < other.x + other.width + MARGIN && other.x < box.x + box.width + MARGIN && box.y < other.y + other.height + MARGIN && other.y < box.y + box.height + MARGIN;

// The lane of the machine, if the pool has one; else the element's own.
function homeOf(modeler, element) {
  const lanes = modeler.get("elementRegistry").filter((one) => is(one, "bpmn:Lane") && one.parent && (one.parent === element.parent || one.parent.parent === element.parent));
  return lanes.find((one) => one.id === "system") ?? laneOf(modeler, element);
}

function freeIn(area, size, standing, wantedX) {
  const lowest = area.y + area.height - size.height - MARGIN;
  const rightmost = area.x + area.width - size.width - MARGIN;
  const places = [];
  for (let y = area.y + MARGIN; y <= lowest; y += STEP) {
    for (let x = area.x + 40; x <= rightmost; x += STEP) {
      const box = { x, y, ...size };
      if (!standing.some((one) => overlaps(box, one))) places.push(box);
    }
  }
  return places.sort((one, other) => Math.abs(one.x - wantedX) - Math.abs(other.x - wantedX))[0];
}

/** Give the corner of a free place of `size`; a lane without room is made higher. */
export function roomFor(modeler, element, size) {
  const standing = modeler.get("elementRegistry").filter((one) => isSolid(one) && one.parent === element.parent);
  const lane = homeOf(modeler, element);
  const wantedX = element.x + element.width / 2;
  if (!lane) {
    let y = element.y + element.height + 50;
    while (standing.some((one) => overlaps({ x: wantedX, y, ...size }, one))) y += STEP;
    return { x: wantedX, y };
  }
  const found = freeIn(lane, size, standing, wantedX);
  if (found) return found;
  const { x, y, width, height } = lane;
  modeler.get("modeling").resizeLane(lane, { x, y, width, height: height + size.height + 2 * MARGIN });
  return { x: Math.min(wantedX, x + width - size.width - MARGIN), y: y + height };
}
