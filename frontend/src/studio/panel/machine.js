// What the machine does: services, decisions, called processes, scripts, messages.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { boxes, button, note, row, section, select, text } from "../controls.js";
import { change, decision, object, quoted, script, service, setDecision, setScript, setService, unquoted } from "../settings.js";
import { decisionsOf } from "../catalogue.js";
import { processesOf } from "../upstream.js";
import { has, inPage, say, shortly } from "../words.js";
import { roleOptions } from "./who.js";

const CERTIFICATES = ["receipt", "closure", "reward"];

// What a delegate does, in more words than its name; one that is new has only the name.
const explained = ({ key }) => (has(`does_${key}`) ? say(`does_${key}`) : say("delegateKey", key));

const paramName = (one) => (typeof one === "string" ? one : one.name ?? one.key);

function choicesFor({ draft }, operator, name) {
  if (name === "message") {
    const to = operator === "tell_reporter" ? "reporter" : "members";
    const all = draft.catalogue.messages ?? [];
    return all.filter((one) => !one.to || one.to === to).map((one) => ({ value: one.key, label: shortly(one) }));
  }
  if (name === "kind") return CERTIFICATES.map((value) => ({ value, label: say(`certificate_${value}`) }));
  if (name === "automatic") return [{ value: "true", label: say("yes") }, { value: "false", label: say("no") }];
  return [];
}

function parameter(context, operator, parameters, name) {
  const { modeler, draft, element } = context;
  const value = parameters[name] ?? "";
  const literal = unquoted(value);
  const put = (source) => setService(modeler, element, operator, { ...parameters, [name]: source });
  const label = say(`param_${["to", "message", "kind", "automatic"].includes(name) ? name : "other"}`, name);
  const isPlain = !value || literal !== null || ["true", "false"].includes(value);
  if (name === "to" && isPlain) {
    const options = [...roleOptions(draft).filter((one) => one.value !== "reporter"), { value: "department", label: say("toDepartment") }];
    return boxes({ label, name: `param-${name}`, options, values: (literal ?? "").split(",").map((one) => one.trim()).filter(Boolean), change: (values) => put(values.length ? quoted(values.join(",")) : "") });
  }
  const choices = choicesFor(context, operator, name);
  if (choices.length && isPlain) {
    const write = (wanted) => put(name === "automatic" || !wanted ? wanted : quoted(wanted));
    return select({ label, name: `param-${name}`, value: literal ?? value, options: [{ value: "", label: say("notSet") }, ...choices], change: write });
  }
  return text({ label, name: `param-${name}`, code: true, value, help: say("paramHelp"), change: put });
}

export function serviceTask(context) {
  const { modeler, draft, element } = context;
  const { operator, parameters } = service(element);
  const delegates = draft.catalogue.delegates ?? [];
  const known = delegates.find((one) => one.key === operator);
  const names = [...new Set([...(known?.params ?? []).map(paramName), ...Object.keys(parameters)])];
  return section("service", say("partService"), [
    select({ label: say("delegate"), name: "delegate", value: operator, options: [{ value: "", label: say("notSet") }, ...delegates.map((one) => ({ value: one.key, label: inPage(one) || one.key }))], change: (key) => setService(modeler, element, key, {}) }),
    known && note(explained(known)),
    ...names.map((name) => parameter(context, operator, parameters, name)),
  ]);
}

export function ruleTask(context) {
  const { modeler, draft, element } = context;
  const value = decision(element);
  const all = decisionsOf(draft);
  const known = all.find((one) => one.id === value);
  return section("decision", say("partDecision"), [
    select({ label: say("decision"), name: "decision", value, options: [{ value: "", label: say("notSet") }, ...all.map((one) => ({ value: one.id, label: `${one.name}（${one.id}）` }))], change: (id) => setDecision(modeler, element, id) }),
    known && note(say("decisionGives", known.fields.map((one) => one.key).join("、"))),
    row(button({ label: say("tableOpen"), name: "table-open", disabled: !known, act: () => context.openTable(known.file) })),
  ]);
}

export function callActivity(context) {
  const { modeler, draft, file, element } = context;
  const called = object(element).get("calledElement") ?? "";
  const all = processesOf(draft).filter((one) => one.file !== file);
  return section("call", say("partCall"), [
    select({ label: say("called"), name: "called", value: called, options: [{ value: "", label: say("notSet") }, ...all.map(({ id, name }) => ({ value: id, label: `${name}（${id}）` }))], change: (id) => change(modeler, element, { calledElement: id || undefined }) }),
    row(button({ label: say("calledOpen"), name: "called-open", disabled: !all.some((one) => one.id === called), act: () => context.openProcess(called) })),
    note(say("calledHelp")),
  ]);
}

export function scripts({ modeler, element }) {
  const bo = object(element);
  const own = is(bo, "bpmn:ScriptTask");
  const around = ["PreScript", "PostScript"].filter((when) => is(bo, "bpmn:Activity") && (script(element, when) || is(bo, "bpmn:UserTask") || is(bo, "bpmn:ServiceTask")));
  return section("scripts", say("partScripts"), [
    own && text({ label: say("script"), name: "script", area: true, code: true, value: bo.get("script"), help: say("scriptHelp"), change: (value) => change(modeler, element, { script: value, scriptFormat: undefined }) }),
    ...around.map((when) => text({ label: say(when), name: when, area: true, code: true, value: script(element, when), help: say("scriptHelp"), change: (value) => setScript(modeler, element, when, value) })),
  ], { open: own || around.some((when) => script(element, when)) });
}

const REFERENCES = { "bpmn:MessageEventDefinition": ["messageRef", "bpmn:Message"], "bpmn:SignalEventDefinition": ["signalRef", "bpmn:Signal"], "bpmn:ErrorEventDefinition": ["errorRef", "bpmn:Error"], "bpmn:EscalationEventDefinition": ["escalationRef", "bpmn:Escalation"] };
const CODES = { "bpmn:Error": "errorCode", "bpmn:Escalation": "escalationCode" };

// Messages, signals, errors and escalations are declared beside the processes and named by those who use them.
function refer({ modeler, element }, holder, attribute, type, name) {
  const definitions = modeler.getDefinitions();
  const known = definitions.get("rootElements").find((one) => one.$type === type && one.get("name") === name);
  const made = known ?? modeler.get("bpmnFactory").create(type, { name, ...(CODES[type] ? { [CODES[type]]: name } : {}) });
  modeler.get("bihuanSteps").together(() => {
    if (!known) {
      made.$parent = definitions;
      modeler.get("modeling").updateModdleProperties(element, definitions, { rootElements: [...definitions.get("rootElements"), made] });
    }
    modeler.get("modeling").updateModdleProperties(element, holder, { [attribute]: made });
  });
}

export function reference(context) {
  const { modeler, element } = context;
  const bo = object(element);
  const isTask = is(bo, "bpmn:SendTask") || is(bo, "bpmn:ReceiveTask");
  const holder = isTask ? bo : bo.get("eventDefinitions")?.find((one) => REFERENCES[one.$type]);
  if (!holder) return null;
  const [attribute, type] = isTask ? REFERENCES["bpmn:MessageEventDefinition"] : REFERENCES[holder.$type];
  const names = modeler.getDefinitions().get("rootElements").filter((one) => one.$type === type).map((one) => one.get("name"));
  return section("reference", say("partReference"), [text({
    label: say(attribute), name: "reference", value: holder.get(attribute)?.get("name"), list: names, help: say("referenceHelp"),
    change: (name) => { if (name.trim()) refer(context, holder, attribute, type, name.trim()); },
  })]);
}
