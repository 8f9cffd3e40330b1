// dmn-js's words in the language of the page. What it forgets to ask for is said over what it shows.
import { CHINESE } from "./chinese.js";
import { language, say } from "./words.js";

const SAID = ["title", "placeholder", "aria-label", "data-placeholder"];

/** Every sentence that was asked for and has no Chinese; a test wants it to stay empty. */
export const missing = new Set();

function filled(template, values) {
  return template.replace(/{\s*([^}\s]+)\s*}/g, (whole, name) => values[name] ?? whole);
}

/** The `translate` that dmn-js asks for. */
export function translate(template, values = {}) {
  const text = String(template ?? "");
  if (language === "en") return filled(text, values);
  if (text && !(text in CHINESE)) missing.add(text);
  return filled(CHINESE[text] ?? text, values);
}

// What a cell's text editor finds wrong, it says in its own words; lint says it in ours.
const FAULT = ".cm-diagnosticText";

function sayFault(node) {
  const texts = node.matches?.(FAULT) ? [node] : node.querySelectorAll?.(FAULT) ?? [];
  for (const text of texts) {
    if (text.textContent !== say("wrongCell")) text.textContent = say("wrongCell");
  }
}

function sayNode(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.textContent.trim();
    if (text in CHINESE) node.textContent = node.textContent.replace(text, CHINESE[text]);
    return;
  }
  // What people wrote is theirs, whatever word it is.
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches("[contenteditable],textarea,td.cell,.cm-editor")) return;
  for (const name of SAID) {
    const text = node.getAttribute(name);
    if (text in CHINESE) node.setAttribute(name, CHINESE[text]);
  }
  node.childNodes.forEach(sayNode);
}

/** Say over `root` what dmn-js shows without having asked; gives how to stop. */
export function sayOver(root) {
  if (language === "en") return () => {};
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach((node) => { sayNode(node); sayFault(node); });
  });
  observer.observe(root, { childList: true, subtree: true });
  sayNode(root);
  return () => observer.disconnect();
}
