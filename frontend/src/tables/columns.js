// Adding a condition on a field of the forms: label, field, type and choices are written for people.
import { make } from "../page.js";
import { say } from "./words.js";

const TYPES = { number: "number", boolean: "boolean", date: "date" };

function child(factory, parent, type, attributes) {
  const made = factory.create(type, attributes);
  made.$parent = parent;
  return made;
}

function clauseOf(viewer, field) {
  const factory = viewer.get("dmnFactory");
  const clause = factory.create("dmn:InputClause", { label: field.label });
  clause.inputExpression = child(factory, clause, "dmn:LiteralExpression", { text: field.key, typeRef: TYPES[field.kind] ?? "string" });
  if (field.kind === "choice" && field.values.length) {
    const text = field.values.map(({ value }) => `"${value}"`).join(",");
    clause.inputValues = child(factory, clause, "dmn:UnaryTests", { text });
  }
  return clause;
}

/** Add the column after the last condition. */
export function addColumn(viewer, field) {
  const inputs = viewer.get("sheet").getRoot().businessObject.get("input");
  viewer.get("modeling").addCol({ type: "dmn:InputClause", businessObject: clauseOf(viewer, field) }, inputs.length);
}

// A list or files cannot be compared in a cell of a table.
const COMPARED = ["text", "number", "boolean", "date", "choice", "person"];

/** Give the choice of fields with its button; null when no form offers any. */
export function columnChooser(viewer, fields) {
  const offered = fields.filter(({ kind }) => COMPARED.includes(kind));
  if (!offered.length) return null;
  const select = make("select", { class: "form-select", id: "table-field" }, make("option", { value: "" }, say("chooseField")));
  select.append(...offered.map(({ key, label }) => make("option", { value: key }, `${label} · ${key}`)));
  const button = make("button", { type: "button", class: "btn btn-outline-secondary", disabled: true }, say("addColumnButton"));
  select.addEventListener("change", () => { button.disabled = !select.value; });
  button.addEventListener("click", () => {
    addColumn(viewer(), offered.find(({ key }) => key === select.value));
    select.value = "";
    button.disabled = true;
  });
  return make("div", { class: "table-column" }, make("label", { for: "table-field" }, say("addColumn")), select, button);
}
