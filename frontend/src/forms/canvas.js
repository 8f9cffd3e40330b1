// form-js's editor as we use it: our kinds of question only, drawn by ourselves, one below the other.
import { FormEditor } from "@bpmn-io/form-js-editor";
import { card, groupCard, rootCard } from "./card.js";
import { STATIC, TYPES, beginning, freeKey } from "./types.js";
import { say, shown } from "./words.js";

const BESIDE = "fjs-drop-container-horizontal";
// What is new is not dropped into the first of these, what is moved not into the second.
const SHUT = ["fjs-no-drop", BESIDE];

// Its own list of questions and settings is not shown: ours stand beside.
const NO_PANEL = { attachTo() {}, detach() {} };

class OurEditor extends FormEditor {
  _getModules() {
    return super._getModules().filter((one) => !("propertiesPanel" in one || "palette" in one));
  }
}

function removing(actions, modeling, registry) {
  actions.registerProvider(500, {
    getContextPadEntries(field) {
      if (field.type === "default") return {};
      const parent = registry.get(field._parent);
      const action = (event) => {
        event.stopPropagation();
        modeling.removeFormField(field, parent, parent.components.indexOf(field));
      };
      return { delete: { action, title: say("removeNamed", shown(field.label) || say(field.type)), group: "actions" } };
    },
  });
}
removing.$inject = ["formFieldContextActions", "modeling", "formFieldRegistry"];

function modules() {
  return [
    { propertiesPanel: ["value", NO_PANEL] },
    { deleteActionProvider: ["factory", removing] },
  ];
}

function keysIn(editor, others) {
  return new Set([...others, ...editor.get("formFieldRegistry").getAll().flatMap(({ key, id }) => [key, id])]);
}

// A question is made as it is written: what is read gets nothing added, what is new begins as ours do.
function maker(editor, type, others) {
  return (options, isNew) => {
    if (!isNew) return { ...options };
    const { label, ...given } = options;
    const begun = { ...beginning(type), ...given };
    const key = freeKey(type, keysIn(editor, others));
    if (type === "group") return { id: key, ...begun };
    return STATIC.includes(type) ? begun : { id: `field_${key}`, key, ...begun };
  };
}

function drawing(type, original) {
  if (type === "default") return rootCard(original);
  return type === "group" ? groupCard(original) : card;
}

function takeOver(editor, others) {
  const fields = editor.get("formFields");
  const known = fields._formFields;
  for (const type of Object.keys(known)) {
    const original = known[type];
    if (type !== "default" && !TYPES.includes(type)) {
      delete known[type];
      continue;
    }
    const draw = drawing(type, original);
    const drawn = (props) => draw(props);
    drawn.config = { ...original.config, repeatable: false };
    if (type !== "default") {
      Object.assign(drawn.config, { name: say(type), label: undefined, create: maker(editor, type, others) });
    }
    known[type] = drawn;
  }
}

// The server asks one below the other, and never a group within a group. What may only be read stays put.
function onlyBelow(editor, readOnly) {
  const dragging = editor.get("dragging");
  const create = dragging.createDragulaInstance.bind(dragging);
  dragging.createDragulaInstance = (options) =>
    create({ ...options, container: readOnly ? [] : options.container.filter((name) => name !== BESIDE) });
  const groups = () => editor._container.querySelectorAll('.fjs-element[data-field-type="group"] .fjs-children');
  editor.on("drag.start", ({ element }) => {
    const isGroup = element.matches('[data-field-type="group"]') || element.querySelector('.fjs-element[data-field-type="group"]');
    if (isGroup) groups().forEach((one) => one.classList.add(...SHUT));
  });
  editor.on("drag.end", () => groups().forEach((one) => one.classList.remove(...SHUT)));
}

/** Make the editor in `container`; `others` are the keys that other forms of the process use. */
export async function makeCanvas(container, schema, { others, readOnly }) {
  const editor = new OurEditor({
    container,
    palette: { parent: document.createElement("div") },
    propertiesPanel: { parent: document.createElement("div") },
    properties: { ariaLabel: say("canvas") },
    additionalModules: modules(),
  });
  takeOver(editor, others);
  onlyBelow(editor, readOnly);
  await editor.importSchema(schema);
  return editor;
}
