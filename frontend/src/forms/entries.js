// The controls of the settings: a label, a control, perhaps help, and what is wrong with what was typed.
import { make, settle } from "../page.js";

let made = 0;
function nextId() {
  return `form-setting-${(made += 1)}`;
}

function wrapped(id, label, control, help) {
  const parts = [make("label", { for: id, class: "setting-label" }, label), control];
  if (help) {
    control.setAttribute("aria-describedby", `${id}-help`);
    parts.push(make("p", { class: "setting-help", id: `${id}-help` }, help));
  }
  return make("div", { class: "setting" }, ...parts);
}

// What is typed counts after a breath, and at once when the control is left.
function onTyped(control, work) {
  let last = control.value;
  const tell = () => {
    if (control.value === last) return;
    last = control.value;
    work(control.value);
  };
  control.addEventListener("input", settle(() => control.isConnected && tell(), 400));
  control.addEventListener("change", tell);
}

function fault(wrapper, control, sentence) {
  wrapper.querySelector(".setting-fault")?.remove();
  control.toggleAttribute("aria-invalid", Boolean(sentence));
  if (sentence) wrapper.append(make("p", { class: "setting-fault", role: "alert" }, sentence));
}

/** A line or, with `rows`, a field of text. `check` gives a sentence when the text may not stand. */
export function textEntry({ label, value, help, rows, check, lang, work }) {
  const id = nextId();
  const control = rows
    ? make("textarea", { id, class: "form-control", rows, lang })
    : make("input", { id, class: "form-control", type: "text", autocomplete: "off", lang });
  control.value = value ?? "";
  const wrapper = wrapped(id, label, control, help);
  onTyped(control, (text) => {
    const sentence = check?.(text.trim());
    fault(wrapper, control, sentence);
    if (!sentence) work(rows ? text : text.trim());
  });
  return wrapper;
}

/** A number; nothing typed gives undefined. */
export function numberEntry({ label, value, help, whole, unit, work }) {
  const id = nextId();
  const control = make("input", { id, class: "form-control", type: "number", step: whole ? 1 : "any", min: whole ? 0 : null });
  control.value = value ?? "";
  onTyped(control, (text) => {
    const number = Number(text);
    if (text === "") work(undefined);
    else if (Number.isFinite(number) && (!whole || Number.isInteger(number))) work(number);
  });
  return wrapped(id, unit ? `${label}（${unit}）` : label, control, help);
}

/** A tick. */
export function tickEntry({ label, value, help, work }) {
  const id = nextId();
  const control = make("input", { id, type: "checkbox", class: "form-check-input" });
  control.checked = Boolean(value);
  control.addEventListener("change", () => work(control.checked));
  const parts = [make("div", { class: "setting-tick" }, control, make("label", { for: id }, label))];
  if (help) {
    control.setAttribute("aria-describedby", `${id}-help`);
    parts.push(make("p", { class: "setting-help", id: `${id}-help` }, help));
  }
  return make("div", { class: "setting" }, ...parts);
}

/** One of `options`, [word, name] each. */
export function selectEntry({ label, value, options, help, work }) {
  const id = nextId();
  const control = make("select", { id, class: "form-select" });
  control.append(...options.map(([word, name]) => make("option", { value: word }, name)));
  control.value = value ?? "";
  control.addEventListener("change", () => work(control.value));
  return wrapped(id, label, control, help);
}

/** Any of `options`, a tick each, under one heading. */
export function ticksEntry({ label, values, options, work }) {
  const boxes = options.map(([word, name]) => {
    const id = nextId();
    const control = make("input", { id, type: "checkbox", class: "form-check-input", value: word });
    control.checked = values.includes(word);
    return make("div", { class: "setting-tick" }, control, make("label", { for: id }, name));
  });
  const set = make("fieldset", { class: "setting" }, make("legend", { class: "setting-label" }, label), ...boxes);
  set.addEventListener("change", () => work([...set.querySelectorAll("input:checked")].map((one) => one.value)));
  return set;
}

/** What is seldom needed, folded. */
export function folded(heading, open, ...entries) {
  const kept = entries.flat().filter(Boolean);
  if (!kept.length) return null;
  return make("details", { class: "setting-more", open }, make("summary", {}, heading), ...kept);
}
