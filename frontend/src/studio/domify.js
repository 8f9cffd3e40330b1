// What bpmn-js-token-simulation makes its HTML with, instead of min-dom's own `domify`: colours are set
// by script, since the pages forbid style attributes, and its English is said in the page's language.
import { domify as plain } from "min-dom";
import { simulationWords } from "./translate.js";

export * from "min-dom";

const SAID = ["title", "aria-label"];

function translate(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.textContent.trim();
    if (text) node.textContent = node.textContent.replace(text, simulationWords(text));
    return;
  }
  for (const name of SAID) {
    if (node.hasAttribute?.(name)) node.setAttribute(name, simulationWords(node.getAttribute(name)));
  }
  node.childNodes.forEach(translate);
}

function paint(node) {
  for (const one of [node, ...(node.querySelectorAll?.("[data-style]") ?? [])]) {
    const style = one.getAttribute?.("data-style");
    if (style == null) continue;
    one.removeAttribute("data-style");
    one.style.cssText = style;
  }
}

// An icon alone says nothing to a screen reader; its title does.
function label(node) {
  for (const button of [node, ...(node.querySelectorAll?.("button") ?? [])]) {
    if (button.tagName !== "BUTTON") continue;
    button.type = "button";
    if (button.title && !button.hasAttribute("aria-label")) button.setAttribute("aria-label", button.title);
  }
}

export function domify(html, ...more) {
  const made = plain(html.replaceAll(" style=\"", " data-style=\""), ...more);
  paint(made);
  translate(made);
  label(made);
  return made;
}
