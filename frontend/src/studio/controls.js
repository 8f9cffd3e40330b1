// The controls of the panel: plain labelled inputs. `change` is called with the new value when it is given,
// not at every key, so that one edit is one step of undo.
import { make } from "../page.js";

let count = 0;

function labelled(label, control, help) {
  const id = `studio-field-${++count}`;
  control.id = id;
  const children = [make("label", { for: id, class: "form-label" }, label), control];
  if (help) {
    control.setAttribute("aria-describedby", `${id}-help`);
    children.push(make("p", { id: `${id}-help`, class: "studio-help" }, help));
  }
  return make("div", { class: "studio-field" }, ...children);
}

export function text({ label, value, change, help, area, code, list, name, type = "text", min, disabled }) {
  const classes = `form-control form-control-sm${code ? " studio-code" : ""}`;
  const control = area
    ? make("textarea", { class: classes, rows: code ? 3 : 2, name, spellcheck: code ? "false" : null })
    : make("input", { class: classes, type, name, min, autocomplete: "off", spellcheck: code ? "false" : null });
  control.value = value ?? "";
  control.dataset.given = control.value;
  control.disabled = Boolean(disabled);
  control.addEventListener("change", () => {
    if (control.value === control.dataset.given) return;
    control.dataset.given = control.value;
    change(control.value);
  });
  const made = labelled(label, control, help);
  if (list?.length) {
    const id = `${control.id}-list`;
    control.setAttribute("list", id);
    made.append(make("datalist", { id }, ...list.map((one) => make("option", { value: one.value ?? one }, one.label ?? ""))));
  }
  return made;
}

/** options: [{value, label}] or {label, options} for a group of them. */
export function select({ label, value, options, change, help, name }) {
  const control = make("select", { class: "form-select form-select-sm", name });
  const known = options.flatMap((one) => one.options ?? [one]).some((one) => one.value === (value ?? ""));
  // What stands in the file and is not among the choices is shown, never silently replaced.
  const all = known ? options : [{ value, label: value }, ...options];
  control.append(...all.map((one) => (one.options
    ? make("optgroup", { label: one.label }, ...one.options.map(option))
    : option(one))));
  control.value = value ?? "";
  control.addEventListener("change", () => change(control.value));
  return labelled(label, control, help);
}

const option = ({ value, label }) => make("option", { value }, label);

export function checkbox({ label, checked, change, help, name }) {
  const id = `studio-field-${++count}`;
  const control = make("input", { type: "checkbox", class: "form-check-input", id, name });
  control.checked = Boolean(checked);
  control.addEventListener("change", () => change(control.checked));
  const children = [control, make("label", { for: id, class: "form-check-label" }, label)];
  if (help) {
    control.setAttribute("aria-describedby", `${id}-help`);
    children.push(make("p", { id: `${id}-help`, class: "studio-help" }, help));
  }
  return make("div", { class: "form-check studio-check" }, ...children);
}

/** Several boxes under one heading; `change` gets the chosen values. */
export function boxes({ label, options, values, change, help, name }) {
  const chosen = new Set(values);
  const unknown = values.filter((value) => !options.some((one) => one.value === value));
  const all = [...options, ...unknown.map((value) => ({ value, label: value }))];
  const made = all.map((one) => checkbox({
    label: one.label,
    name: name && `${name}-${one.value}`,
    checked: chosen.has(one.value),
    change: (on) => {
      if (on) chosen.add(one.value);
      else chosen.delete(one.value);
      change([...chosen]);
    },
  }));
  return make("fieldset", { class: "studio-field" }, make("legend", { class: "form-label" }, label),
    ...(help ? [make("p", { class: "studio-help" }, help)] : []), ...made);
}

export function button({ label, act, kind = "outline-secondary", name, disabled, title }) {
  const made = make("button", { type: "button", class: `btn btn-sm btn-${kind}`, name, title });
  made.append(label);
  made.disabled = Boolean(disabled);
  made.addEventListener("click", act);
  return made;
}

export const row = (...children) => make("div", { class: "studio-row" }, ...children);
export const note = (words) => make("p", { class: "studio-help" }, words);

/** A part of the panel that can be folded; which are folded is remembered while the page is open. */
const folded = new Map();
export function section(key, title, children, { open = true } = {}) {
  const content = children.flat().filter(Boolean);
  if (!content.length) return null;
  const made = make("details", { class: "studio-section", "data-section": key },
    make("summary", {}, title), make("div", { class: "studio-section-body" }, ...content));
  made.open = folded.has(key) ? !folded.get(key) : open;
  made.addEventListener("toggle", () => folded.set(key, !made.open));
  return made;
}
