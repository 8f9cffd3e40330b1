// The kinds of question that the server draws, and what a new one begins with.
import { say } from "./words.js";

export const TYPES = [
  "textfield", "textarea", "number", "radio", "select", "checklist", "checkbox", "datetime", "filepicker", "text", "group", "separator",
];
export const STATIC = ["text", "group", "separator"];
export const CHOICES = ["select", "radio", "checklist"];
/** Kinds that may be turned into each other without losing anything. */
export const KIN = [["textfield", "textarea"], CHOICES];
export const KEY = /^[a-z][a-z0-9_]{0,47}$/;

const STEMS = { textfield: "text", textarea: "note", number: "number", select: "choice", radio: "choice", checklist: "choices", checkbox: "yes_no", datetime: "date", filepicker: "files", group: "group" };

const SHAPES = {
  textfield: "M3 6h18v12H3zM7 10v4M6 10h2M6 14h2",
  textarea: "M3 4h18v16H3zM6 8h12M6 12h12M6 16h7",
  number: "M9 4L7 20M17 4l-2 16M4 9h17M3 15h17",
  select: "M3 6h18v12H3zM13 10.5l2.5 3l2.5-3M6 12h4",
  radio: "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 9a3 3 0 1 1 0 6a3 3 0 0 1 0-6z",
  checklist: "M3.5 6l1.5 1.5L8 4.5M3.5 12l1.5 1.5l3-3M3.5 18l1.5 1.5l3-3M11 6.5h10M11 12.5h10M11 18.5h10",
  checkbox: "M4 4h16v16H4zM7.5 12l3.5 3.5L17 8.5",
  datetime: "M4 5.5h16v15H4zM4 10h16M8 3v4M16 3v4",
  filepicker: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.3 3.3 0 1 1 0 6.6a3.3 3.3 0 0 1 0-6.6z",
  text: "M5 6h14M5 10h14M5 14h14M5 18h8",
  group: "M3 5h18v14H3zM6 9h12v7H6z",
  separator: "M3 12h18M8 7h8M8 17h8",
};

/** Give the picture of a kind as the path of a 24 × 24 line drawing. */
export function shapeOf(type) {
  return SHAPES[type];
}

function choice(number) {
  return { value: `choice_${number}`, label: say("newChoice", number) };
}

const BEGINNINGS = {
  text: () => ({ text: say("newText") }),
  group: () => ({ label: say("newGroup"), components: [] }),
  separator: () => ({}),
  textarea: () => ({ label: say("newLabel"), validate: { maxLength: 1000 } }),
  textfield: () => ({ label: say("newLabel"), validate: { maxLength: 200 } }),
  datetime: () => ({ label: say("newLabel"), dateLabel: say("newLabel"), subtype: "date" }),
  filepicker: () => ({ label: say("newLabel"), multiple: true, accept: "image/*" }),
};

/** Give what a new question of that kind holds, besides its key. */
export function beginning(type) {
  const rest = BEGINNINGS[type]?.() ?? { label: say("newLabel") };
  return CHOICES.includes(type) ? { ...rest, values: [choice(1), choice(2)] } : rest;
}

/** Give a key that neither the form nor the rest of the process uses yet. */
export function freeKey(type, taken) {
  for (let number = 1; ; number += 1) {
    const key = `${STEMS[type] ?? type}_${number}`;
    if (!taken.has(key)) return key;
  }
}
