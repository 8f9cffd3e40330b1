// The condition of a flow behind a choosing gateway: rows to choose from, and the text they make.
import { make } from "../../page.js";
import { operatorsFor, readCondition, writeCondition } from "../conditions.js";
import { button, checkbox, note, row, section, select, text } from "../controls.js";
import { change, expression, object } from "../settings.js";
import { fieldsBefore } from "../upstream.js";
import { say } from "../words.js";

const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
const WORDS = { "==": "is", "!=": "isNot", "<": "less", "<=": "atMost", ">": "more", ">=": "atLeast", in: "among", "not in": "notAmong", contains: "contains", lacks: "lacks", empty: "empty", filled: "filled" };

const operatorWord = (operator, field) => {
  const isTime = field?.kind === "date";
  return say(`op_${WORDS[operator]}${isTime && ["<", "<=", ">", ">="].includes(operator) ? "Time" : ""}`);
};

function valuesOf(field) {
  if (field?.kind === "boolean") return [{ value: "true", label: say("yes") }, { value: "false", label: say("no") }];
  return field?.choices ?? [];
}

// A field that holds a person is compared with people by their names.
function withPeople(draft, fields) {
  const people = (draft.catalogue.people ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return fields.map((one) => (one.kind === "person" ? { ...one, choices: people } : one));
}

const firstValue = (field) => valuesOf(field)[0]?.value ?? (field?.kind === "number" ? "0" : "");

function inputFor(field) {
  if (field?.kind === "number") return "number";
  return field?.kind === "date" && field.subtype !== "datetime" ? "date" : "text";
}

function valueControl(one, field, put) {
  if (["empty", "filled"].includes(one.operator)) return null;
  const choices = valuesOf(field);
  const label = say("value");
  if (["in", "not in"].includes(one.operator)) {
    return text({ label: say("valuesList"), name: "condition-value", value: one.value, list: choices, help: say("valuesListHelp"), change: (value) => put({ value }) });
  }
  if (choices.length) return select({ label, name: "condition-value", value: one.value, options: choices, change: (value) => put({ value }) });
  return text({ label: field?.money ? say("valueFen") : label, name: "condition-value", type: inputFor(field), value: one.value, change: (value) => put({ value }) });
}

function rowOf(one, at, rows, fields, save) {
  const field = fields.find((known) => known.key === one.field);
  const put = (wanted) => save(rows.map((other, index) => (index === at ? { ...one, ...wanted } : other)));
  const options = fields.map(({ key, label }) => ({ value: key, label: `${label}（${key}）` }));
  const choose = (key) => {
    const next = fields.find((known) => known.key === key);
    put({ field: key, operator: operatorsFor(next)[0], value: firstValue(next), isPlain: false });
  };
  return make("fieldset", { class: "studio-condition" }, make("legend", { class: "visually-hidden" }, say("conditionRow", at + 1)),
    select({ label: say("field"), name: "condition-field", value: one.field, options, change: choose }),
    select({ label: say("operator"), name: "condition-operator", value: one.operator, options: operatorsFor(field).map((value) => ({ value, label: operatorWord(value, field) })), change: (operator) => put({ operator }) }),
    ...[valueControl(one, field, put)].filter(Boolean),
    button({ label: say("conditionRemove"), name: "condition-remove", kind: "outline-secondary", act: () => save(rows.filter((_other, index) => index !== at)) }));
}

function builder(read, fields, write) {
  const { join, rows } = read;
  const save = (wanted) => write(writeCondition({ join, rows: wanted }, fields));
  const first = fields.find((one) => one.choices.length || one.kind === "boolean") ?? fields[0];
  const add = () => save([...rows, { field: first.key, operator: operatorsFor(first)[0], value: firstValue(first) }]);
  return [
    rows.length > 1 && select({ label: say("join"), name: "condition-join", value: join, options: ["and", "or"].map((value) => ({ value, label: say(`join_${value}`) })), change: (value) => write(writeCondition({ join: value, rows }, fields)) }),
    ...rows.map((one, at) => rowOf(one, at, rows, fields, save)),
    row(button({ label: say("conditionAdd"), name: "condition-add", disabled: !first, act: add })),
  ];
}

function setDefault({ modeler, element }, source, isDefault) {
  modeler.get("bihuanSteps").together(() => {
    if (isDefault) change(modeler, element, { conditionExpression: undefined });
    modeler.get("modeling").updateProperties(source, { default: isDefault ? object(element) : undefined });
  });
}

/** Condition and default of a sequence flow. */
export function flow(context) {
  const { modeler, draft, file, element } = context;
  const { source } = element;
  if (!source || !CHOOSING.includes(source.type)) return null;
  const bo = object(element);
  const isDefault = object(source).get("default") === bo;
  const written = bo.get("conditionExpression")?.get("body") ?? "";
  const write = (body) => change(modeler, element, { conditionExpression: expression(modeler, body) });
  const standard = checkbox({ label: say("flowDefault"), name: "default", checked: isDefault, help: say("flowDefaultHelp"), change: (on) => setDefault(context, source, on) });
  if (isDefault) return section("condition", say("partCondition"), [standard]);
  const read = readCondition(written);
  const fields = withPeople(draft, fieldsBefore(draft, file, source.id));
  return section("condition", say("partCondition"), [
    standard,
    ...(read ? builder(read, fields, write) : [note(say("conditionText"))]),
    text({ label: say("expression"), name: "condition", area: true, code: true, value: written, help: say("conditionHelp"), change: write }),
  ]);
}
