// The kinds of question to add: press one, or drag it in. form-js knows them by their classes.
import { make } from "../page.js";
import { add } from "./acting.js";
import { TYPES, shapeOf } from "./types.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

function picture(type) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "form-card-icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", shapeOf(type));
  svg.append(path);
  return svg;
}

function entry(editor, type) {
  const button = make("button", { type: "button", class: "fjs-palette-field fjs-drag-copy fjs-no-drop", "data-field-type": type }, picture(type), say(type));
  button.addEventListener("click", () => add(editor, type));
  return button;
}

/** Give the list. */
export function paletteOf(editor) {
  const help = make("p", { class: "setting-help" }, say("paletteHelp"));
  const list = make("div", { class: "fjs-palette-fields fjs-drag-container fjs-no-drop", role: "group", "aria-label": say("palette") }, ...TYPES.map((type) => entry(editor, type)));
  return make("div", { class: "form-palette" }, make("h2", { class: "setting-heading" }, say("palette")), help, list);
}
