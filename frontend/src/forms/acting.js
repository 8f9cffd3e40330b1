// What is done to a whole question from the settings: up, down, once more, away. All of it by keyboard.
import { make } from "../page.js";
import { STATIC, freeKey } from "./types.js";
import { say } from "./words.js";

function parentOf(editor, field) {
  return editor.get("formFieldRegistry").get(field._parent);
}

function rowOf(editor, field) {
  return editor.get("formLayouter").getRowForField(field);
}

/** Move a question within what it stands in. */
export function move(editor, field, by) {
  const parent = parentOf(editor, field);
  const from = parent.components.indexOf(field);
  const to = from + by;
  if (to < 0 || to >= parent.components.length) return;
  const row = rowOf(editor, field);
  // Going down within one list, the place counts before the question is taken out.
  editor.get("modeling").moveFormField(field, parent, parent, from, by > 0 ? to + 1 : to, row, row);
}

function withoutTrace({ _parent, _path, layout, id, components, ...rest }) {
  return components ? { ...structuredClone(rest), components: [] } : structuredClone(rest);
}

/** Put the same question below, under a name of its own. */
export function duplicate(editor, field, taken) {
  const parent = parentOf(editor, field);
  const copy = withoutTrace(field);
  if (!STATIC.includes(field.type)) {
    copy.key = freeKey(field.type, taken);
    copy.id = `field_${copy.key}`;
  }
  if (copy.label) copy.label = say("copyOf", copy.label);
  const row = { row: editor.get("formLayouter").nextRowId() };
  editor.get("modeling").addFormField({ ...copy, layout: row, _parent: parent.id }, parent, parent.components.indexOf(field) + 1);
}

export function remove(editor, field) {
  const parent = parentOf(editor, field);
  editor.get("modeling").removeFormField(field, parent, parent.components.indexOf(field));
}

/** Add a question after the chosen one, or at the end of a chosen group. */
export function add(editor, type) {
  const chosen = editor.get("selection").get();
  const schema = editor._getState().schema;
  let parent = schema;
  let at = schema.components.length;
  if (chosen && chosen.type !== "default") {
    const inGroup = chosen.type === "group" && type !== "group";
    parent = inGroup ? chosen : parentOf(editor, chosen);
    at = inGroup ? chosen.components.length : parent.components.indexOf(chosen) + 1;
    if (type === "group" && parent !== schema) {
      at = schema.components.indexOf(parent) + 1;
      parent = schema;
    }
  }
  const row = { row: editor.get("formLayouter").nextRowId() };
  editor.get("modeling").addFormField({ type, layout: row, _parent: parent.id }, parent, at);
}

/** Give the row of buttons. */
export function actions(editor, field, taken) {
  const works = {
    moveUp: () => move(editor, field, -1),
    moveDown: () => move(editor, field, 1),
    duplicate: field.type === "group" ? null : () => duplicate(editor, field, taken()),
    remove: () => remove(editor, field),
  };
  const buttons = Object.entries(works).filter(([, work]) => work).map(([word, work]) => {
    const button = make("button", { type: "button", class: "btn btn-outline-secondary", "data-act": word }, say(word));
    button.addEventListener("click", work);
    return button;
  });
  return make("div", { class: "setting-actions" }, ...buttons);
}
