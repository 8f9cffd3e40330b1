// The choices of a question, a line each: words, English, value; to be added, removed, moved.
import { make, settle } from "../page.js";
import { say } from "./words.js";

const MOST = 60;

function english(field) {
  return (field.properties?.values_en ?? "").split("|").map((one) => one.trim());
}

/** Give the choices with their English. */
export function choicesOf(field) {
  const translated = english(field);
  return (field.values ?? []).map((one, at) => ({ ...one, english: translated[at] ?? "" }));
}

// English stands beside, with bars between; without any there is no setting.
function written(field, rows) {
  const values = rows.map(({ english: _, ...rest }) => rest);
  const properties = { ...field.properties };
  const texts = rows.map((row) => row.english.replaceAll("|", "/").trim());
  if (texts.some(Boolean)) properties.values_en = texts.join("|").replace(/\|+$/, "");
  else delete properties.values_en;
  return { values, properties };
}

function freeValue(rows) {
  for (let number = rows.length + 1; ; number += 1) {
    if (!rows.some(({ value }) => value === `choice_${number}`)) return `choice_${number}`;
  }
}

const HINTS = { label: "choiceWords", english: "choiceWordsEnglish", value: "choiceKept" };

function cell(name, row, words, number, changed) {
  const input = make("input", { type: "text", class: "form-control", "aria-label": say(words, number), placeholder: say(HINTS[name]), autocomplete: "off", "data-cell": name });
  input.value = row[name] ?? "";
  const tell = () => {
    const text = input.value.trim();
    // A choice without words or without a value cannot be kept.
    if (text === (row[name] ?? "") || (!text && name !== "english")) return;
    row[name] = text;
    changed();
  };
  input.addEventListener("input", settle(() => input.isConnected && tell(), 400));
  input.addEventListener("change", tell);
  return input;
}

function button(sign, words, number, disabled, work) {
  const made = make("button", { type: "button", class: "choice-button", "aria-label": say(words, number), title: say(words, number), disabled }, sign);
  made.addEventListener("click", work);
  return made;
}

function lineOf(rows, at, { changed, rebuilt }) {
  const number = at + 1;
  const move = (by) => () => {
    rows.splice(at + by, 0, ...rows.splice(at, 1));
    rebuilt();
  };
  return make("li", { class: "choice-line" },
    make("div", { class: "choice-cells" },
      cell("label", rows[at], "choiceLabel", number, changed),
      cell("english", rows[at], "choiceEnglish", number, changed),
      cell("value", rows[at], "choiceValue", number, changed)),
    make("div", { class: "choice-buttons" },
      button("↑", "choiceUp", number, at === 0, move(-1)),
      button("↓", "choiceDown", number, at === rows.length - 1, move(1)),
      button("×", "choiceRemove", number, rows.length === 1, () => { rows.splice(at, 1); rebuilt(); })));
}

/** Give the list; `work(changes)` is told what to write, `again()` when the list has to be drawn anew. */
export function choicesEntry(field, { work, again }) {
  const rows = choicesOf(field);
  const changed = () => work(written(field, rows));
  const rebuilt = () => { changed(); again(); };
  const list = make("ol", { class: "choice-list", "aria-label": say("choices") }, ...rows.map((_, at) => lineOf(rows, at, { changed, rebuilt })));
  const add = make("button", { type: "button", class: "btn btn-outline-secondary", disabled: rows.length >= MOST }, say("choiceAdd"));
  add.addEventListener("click", () => {
    rows.push({ value: freeValue(rows), label: say("newChoice", rows.length + 1), english: "" });
    rebuilt();
  });
  return make("div", { class: "setting" },
    make("p", { class: "setting-label" }, say("choices")),
    list, add);
}
