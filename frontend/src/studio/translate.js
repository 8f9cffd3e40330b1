// bpmn.io's words in the language of the page. English is theirs; Chinese is ours, in chinese/.
import drawing from "./chinese/drawing.js";
import elements from "./chinese/elements.js";
import { PATTERNS, SENTENCES } from "./chinese/simulation.js";
import { isEnglish } from "./words.js";

const CHINESE = { ...drawing, ...elements };

/** Every sentence that was asked for and has no Chinese; a test wants it to stay empty. */
export const missing = new Set();

function filled(template, values) {
  return template.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

/** The `translate` that bpmn-js asks for. */
export function translate(template, values = {}) {
  if (isEnglish) return filled(template, values);
  if (!(template in CHINESE)) missing.add(template);
  return filled(CHINESE[template] ?? template, values);
}

/** Give what the simulation says in the language of the page; names in a diagram stay as they are. */
export function simulationWords(text) {
  if (isEnglish) return text;
  if (text in SENTENCES) return SENTENCES[text];
  const found = PATTERNS.find(([shape]) => shape.test(text));
  return found ? text.replace(found[0], found[1]) : text;
}

const translateModule = { translate: ["value", translate] };
export default translateModule;
