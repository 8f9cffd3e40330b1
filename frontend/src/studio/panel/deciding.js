// How many decide on a task: one, all, any, a share, or one after the other (docs/modelling.md, Several decide).
import { boxes, checkbox, note, section, select, text } from "../controls.js";
import { listSetting, object, set, setting } from "../settings.js";
import { fieldsBefore } from "../upstream.js";
import { readForm } from "../catalogue.js";
import { say } from "../words.js";
import { roleOptions } from "./who.js";

const WAYS = ["one", "all", "any", "ratio", "sequence"];
const VOTE_SETTINGS = ["decide", "voters", "ratio", "vote_field", "vote_for", "opinion_field", "nobody", "vote_open"];
const RATIOS = ["1/2", "2/3", "3/4"];

function put(context, way) {
  const { modeler, element } = context;
  const modeling = modeler.get("modeling");
  const cleared = Object.fromEntries(VOTE_SETTINGS.map((name) => [name, ""]));
  const kept = way === "one" ? cleared : { decide: way, ratio: way === "ratio" ? setting(element, "ratio") || "2/3" : "" };
  const isSequential = way === "sequence";
  const marker = way === "one" ? undefined : modeler.get("bpmnFactory").create("bpmn:MultiInstanceLoopCharacteristics", { isSequential });
  // One step of undo: the marker and the settings belong together.
  modeler.get("bihuanSteps").together(() => {
    modeling.updateProperties(element, { loopCharacteristics: marker });
    set(modeler, element, kept);
  });
}

const listFields = (fields) => fields.filter((one) => one.people && (one.type === "checklist" || one.multiple));

function voters({ modeler, draft, file, element }) {
  const said = setting(element, "voters");
  const roles = roleOptions(draft);
  const fields = listFields(fieldsBefore(draft, file, element.id));
  const isField = said && !listSetting(element, "voters").every((one) => roles.some((role) => role.value === one));
  const way = !said ? "lane" : isField ? "field" : "roles";
  const ways = ["lane", "roles", ...(fields.length || isField ? ["field"] : [])];
  const first = { lane: "", roles: roles.find((one) => one.value !== "reporter")?.value, field: fields[0]?.key };
  return [
    select({ label: say("voters"), name: "voters-way", value: way, options: ways.map((value) => ({ value, label: say(`voters_${value}`) })), change: (value) => set(modeler, element, { voters: first[value] ?? "" }) }),
    way === "roles" && boxes({ label: say("votersRoles"), name: "voters", options: roles.filter((one) => one.value !== "reporter"), values: listSetting(element, "voters"), change: (values) => set(modeler, element, { voters: values.join(",") }) }),
    way === "field" && select({ label: say("whichField"), name: "voters-field", value: said, options: fields.map(({ key, label }) => ({ value: key, label: `${label}（${key}）` })), change: (value) => set(modeler, element, { voters: value }) }),
  ];
}

function vote({ modeler, draft, element }) {
  const asked = readForm(draft.text("form", setting(element, "formKey"))).fields;
  const choices = asked.filter((one) => one.choices.length);
  const field = setting(element, "vote_field") || "decision";
  const known = choices.find((one) => one.key === field);
  const options = (fields) => fields.map(({ key, label }) => ({ value: key, label: `${label}（${key}）` }));
  return [
    select({ label: say("voteField"), name: "vote_field", value: field, options: options(choices), change: (value) => set(modeler, element, { vote_field: value === "decision" ? "" : value }) }),
    known && select({ label: say("voteFor"), name: "vote_for", value: setting(element, "vote_for") || "agree", options: known.choices, change: (value) => set(modeler, element, { vote_for: value === "agree" ? "" : value }) }),
    !known && note(say("voteFieldMissing")),
    select({ label: say("opinionField"), name: "opinion_field", value: setting(element, "opinion_field"), options: [{ value: "", label: say("opinionDefault") }, ...options(asked.filter((one) => one.kind === "text"))], change: (value) => set(modeler, element, { opinion_field: value }) }),
    select({ label: say("nobody"), name: "nobody", value: setting(element, "nobody") || "principal", options: ["principal", "pass", "fail"].map((value) => ({ value, label: say(`nobody_${value}`) })), change: (value) => set(modeler, element, { nobody: value === "principal" ? "" : value }) }),
    checkbox({ label: say("voteOpen"), name: "vote_open", checked: setting(element, "vote_open") === "true", change: (on) => set(modeler, element, { vote_open: on ? "true" : "" }) }),
    note(say("voteResult", element.id)),
  ];
}

export function deciding(context) {
  const { modeler, element } = context;
  const way = setting(element, "decide") || "one";
  const ratio = setting(element, "ratio");
  const isVote = way !== "one";
  return section("deciding", say("partDeciding"), [
    select({ label: say("decide"), name: "decide", value: way, options: WAYS.map((value) => ({ value, label: say(`decide_${value}`) })), change: (value) => put(context, value) }),
    way === "ratio" && text({ label: say("ratio"), name: "ratio", value: ratio, list: RATIOS, help: say("ratioHelp"), change: (value) => set(modeler, element, { ratio: value.trim() }) }),
    ...(isVote ? [...voters(context), ...vote(context)] : []),
  ], { open: isVote });
}

/** Repetition that is no vote: how often, or for each of what. */
export function repetition({ modeler, element }) {
  const loop = object(element).get("loopCharacteristics");
  if (!loop || setting(element, "decide")) return null;
  const several = loop.$type === "bpmn:MultiInstanceLoopCharacteristics";
  const names = several ? ["loopCardinality", "completionCondition"] : ["loopCondition"];
  const put = (name, body) => modeler.get("modeling").updateModdleProperties(element, loop, { [name]: body.trim() ? modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body: body.trim() }) : undefined });
  return section("repetition", say("partRepetition"), [
    ...names.map((name) => text({ label: say(name), name, code: true, value: loop.get(name)?.get("body"), change: (value) => put(name, value) })),
    !several && text({ label: say("loopMaximum"), name: "loopMaximum", type: "number", min: 1, value: loop.get("loopMaximum"), change: (value) => modeler.get("modeling").updateModdleProperties(element, loop, { loopMaximum: value ? Number(value) : undefined }) }),
  ]);
}

