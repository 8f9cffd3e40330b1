// Reading and writing what docs/modelling.md calls element settings. Every change is one command, so that
// it can be undone like a move.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";

const extensionsOf = (bo) => bo.get("extensionElements")?.get("values") ?? [];
const find = (bo, type) => extensionsOf(bo).find((one) => one.$type === `spiffworkflow:${type}`);

/** Give the business object behind an element of the canvas, or itself. */
export const object = (element) => getBusinessObject(element);

/** Give a setting's text, "" when it is not set. */
export function setting(element, name) {
  const found = find(object(element), "Properties")?.get("properties") ?? [];
  return found.find((one) => one.name === name)?.value ?? "";
}

/** Give a comma list as an array. */
export function listSetting(element, name) {
  return setting(element, name).split(",").map((one) => one.trim()).filter(Boolean);
}

function create(modeler, type, attributes) {
  return modeler.get("bpmnFactory").create(type, attributes);
}

// Properties that are not ours, and extensions of other tools, stay as they are.
function extended(modeler, bo, type, replacement) {
  const others = extensionsOf(bo).filter((one) => one.$type !== `spiffworkflow:${type}`);
  const values = replacement ? [...others, replacement] : others;
  if (!values.length) return undefined;
  const made = create(modeler, "bpmn:ExtensionElements", { values });
  made.$parent = bo;
  values.forEach((one) => { one.$parent = made; });
  return made;
}

function update(modeler, element, type, replacement) {
  const extensionElements = extended(modeler, object(element), type, replacement);
  change(modeler, element, { extensionElements });
}

/** Change attributes of an element, whether it stands on the canvas or (the process) behind it. */
export function change(modeler, element, attributes) {
  const bo = object(element);
  if (bo === element) {
    const owner = modeler.get("canvas").getRootElement();
    modeler.get("modeling").updateModdleProperties(owner, bo, attributes);
  } else {
    modeler.get("modeling").updateProperties(element, attributes);
  }
}

/** Set several settings at once; an empty text takes a setting away. */
export function set(modeler, element, wanted) {
  const kept = (find(object(element), "Properties")?.get("properties") ?? [])
    .filter((one) => !(one.name in wanted))
    .map(({ name, value }) => ({ name, value }));
  const given = Object.entries(wanted).filter(([, value]) => value).map(([name, value]) => ({ name, value: String(value) }));
  const all = [...kept, ...given].map((one) => create(modeler, "spiffworkflow:Property", one));
  const properties = all.length ? create(modeler, "spiffworkflow:Properties", { properties: all }) : null;
  all.forEach((one) => { one.$parent = properties; });
  update(modeler, element, "Properties", properties);
}

export const decision = (element) => find(object(element), "CalledDecisionId")?.value?.trim() ?? "";

export function setDecision(modeler, element, value) {
  update(modeler, element, "CalledDecisionId", value ? create(modeler, "spiffworkflow:CalledDecisionId", { value }) : null);
}

export const script = (element, when) => find(object(element), when)?.value ?? "";

export function setScript(modeler, element, when, value) {
  update(modeler, element, when, value.trim() ? create(modeler, `spiffworkflow:${when}`, { value }) : null);
}

/** Give {operator, parameters: {name: expression}} of a service task. */
export function service(element) {
  const found = find(object(element), "ServiceTaskOperator");
  const parameters = found?.get("parameterList")?.get("parameters") ?? [];
  return { operator: found?.get("id") ?? "", parameters: Object.fromEntries(parameters.map((one) => [one.get("id"), one.value])) };
}

export function serviceExtension(modeler, operator, parameters) {
  const all = Object.entries(parameters).filter(([, value]) => value)
    .map(([id, value]) => create(modeler, "spiffworkflow:Parameter", { id, type: "text", value }));
  const parameterList = create(modeler, "spiffworkflow:Parameters", { parameters: all });
  all.forEach((one) => { one.$parent = parameterList; });
  const made = create(modeler, "spiffworkflow:ServiceTaskOperator", { id: operator, parameterList });
  parameterList.$parent = made;
  return made;
}

export function setService(modeler, element, operator, parameters) {
  update(modeler, element, "ServiceTaskOperator", operator ? serviceExtension(modeler, operator, parameters) : null);
}

/** Make an expression in the file's spelling. */
export function expression(modeler, body) {
  return body.trim() ? create(modeler, "bpmn:FormalExpression", { body: body.trim() }) : undefined;
}

/** Give a text as the expression language writes it, and back; null when it is no plain text. */
export const quoted = (text) => JSON.stringify(text);

export function unquoted(source) {
  const found = /^\s*(["'])((?:(?!\1)[^\\])*)\1\s*$/.exec(source ?? "");
  return found ? found[2] : null;
}
