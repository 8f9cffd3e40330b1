// Puts the parts of the form editor together, and tells of changes.
import { all, make, settle } from "../page.js";
import { makeCanvas } from "./canvas.js";
import { openText, writeText } from "./document.js";
import { paletteOf } from "./palette.js";
import { showSettings } from "./panel.js";
import { showPreview } from "./preview.js";
import { say, shown } from "./words.js";

const SETTINGS = 0;

function tab(word, id, isChosen) {
  return make("button", { type: "button", role: "tab", id: `${id}-tab`, "aria-controls": id, "aria-selected": String(isChosen), class: "form-tab" }, say(word));
}

function frame(readOnly) {
  const canvas = make("div", { class: "form-canvas" });
  const undo = make("button", { type: "button", class: "btn btn-outline-secondary" }, say("undo"));
  const redo = make("button", { type: "button", class: "btn btn-outline-secondary" }, say("redo"));
  const settings = make("div", { class: "form-settings", id: "form-settings", role: "tabpanel", "aria-labelledby": "form-settings-tab" });
  const preview = make("div", { class: "form-preview", id: "form-preview", role: "tabpanel", "aria-labelledby": "form-preview-tab", tabindex: 0, hidden: true });
  const tabs = make("div", { class: "form-tabs", role: "tablist" }, tab("properties", "form-settings", true), tab("preview", "form-preview", false));
  const bar = make("div", { class: "form-bar", hidden: readOnly }, undo, redo);
  const middle = make("div", { class: "form-middle" }, bar, canvas);
  const side = make("div", { class: "form-side" }, tabs, settings, preview);
  const whole = make("div", { class: `form-editor${readOnly ? " is-read-only" : ""}` }, middle, side);
  return { whole, canvas, undo, redo, settings, preview, tabs, bar };
}

// Chosen by arrow keys as well, as tabs are.
function chooseTabs({ tabs, settings, preview }, opened) {
  const buttons = [...tabs.children];
  const choose = (at) => {
    buttons.forEach((one, place) => {
      one.setAttribute("aria-selected", String(place === at));
      one.tabIndex = place === at ? 0 : -1;
    });
    settings.hidden = at !== 0;
    preview.hidden = at !== 1;
    if (at === 1) opened();
  };
  buttons.forEach((one, at) => one.addEventListener("click", () => choose(at)));
  tabs.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const next = buttons[0].getAttribute("aria-selected") === "true" ? 1 : 0;
    choose(next);
    buttons[next].focus();
  });
  choose(0);
  return choose;
}

// form-js gives its questions no name that is read out.
function nameQuestions(canvas, editor) {
  const registry = editor.get("formFieldRegistry");
  for (const element of all(canvas, ".fjs-element[data-id]")) {
    const field = registry.get(element.dataset.id);
    if (!field || field.type === "default") continue;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", `${say(field.type)} ${shown(field.label || field.text)}`.trim().slice(0, 100));
  }
}

// A text that is no form: shown as it is, to be mended by hand.
function openPlain(container, options) {
  const area = make("textarea", { class: "form-control form-plain", rows: 24, spellcheck: "false", "aria-label": say("unreadableText"), readonly: options.readOnly });
  area.value = options.text;
  let inner = null;
  const again = make("button", { type: "button", class: "btn btn-outline-secondary" }, say("unreadableOpen"));
  again.addEventListener("click", async () => {
    if (area.value !== options.text) options.onChange(area.value);
    inner = await open(container, { ...options, text: area.value });
  });
  container.replaceChildren(make("div", { class: "form-broken" }, make("p", { role: "alert" }, say("unreadable")), area, again));
  area.addEventListener("change", () => options.onChange(area.value));
  return { destroy: () => (inner ? inner.destroy() : container.replaceChildren()) };
}

function watch(editor, parts, document, options) {
  let last = options.text;
  const stack = editor.get("commandStack");
  const chosen = () => editor.get("selection").get();
  const settings = () => {
    showSettings(parts.settings, editor, chosen(), options.fields);
    if (options.readOnly) all(parts.settings, "input,select,textarea,button").forEach((one) => { one.disabled = true; });
  };
  const now = () => writeText(editor.getSchema(), document);
  editor.on("commandStack.changed", () => {
    parts.undo.disabled = !stack.canUndo();
    parts.redo.disabled = !stack.canRedo();
    const text = now();
    queueMicrotask(() => nameQuestions(parts.canvas, editor));
    if (text === last) return;
    last = text;
    options.onChange(text);
    if (!parts.preview.hidden) parts.draw(text);
  });
  editor.on("selection.changed", () => {
    settings();
    // Whoever chooses a question wants to set it.
    if (chosen()) parts.choose(SETTINGS);
  });
  for (const word of ["undo", "redo"]) {
    parts[word].disabled = true;
    parts[word].addEventListener("click", () => { stack[word](); settings(); });
  }
  settings();
  return now;
}

/** Open a form in `container`. */
export async function open(container, given) {
  const options = { fields: [], onChange() {}, readOnly: false, ...given };
  options.preview ??= document.getElementById("studio")?.dataset.preview;
  const parts = frame(options.readOnly);
  let read;
  let editor;
  container.replaceChildren(parts.whole);
  try {
    read = openText(options.text);
    editor = await makeCanvas(parts.canvas, read.schema, { others: options.fields.map(({ key }) => key), readOnly: options.readOnly });
  } catch (problem) {
    console.warn(problem);
    return openPlain(container, options);
  }
  if (!options.readOnly) parts.whole.prepend(paletteOf(editor));
  parts.draw = settle((text) => options.preview && showPreview(parts.preview, options.preview, text), 50);
  const text = watch(editor, parts, read, options);
  parts.choose = chooseTabs(parts, () => parts.draw(text()));
  const naming = new MutationObserver(() => nameQuestions(parts.canvas, editor));
  naming.observe(parts.canvas, { childList: true, subtree: true });
  return {
    destroy() {
      naming.disconnect();
      // Whatever is being typed counts, as when its control is left.
      if (parts.whole.contains(document.activeElement)) document.activeElement.blur();
      editor.destroy();
      container.replaceChildren();
    },
  };
}
