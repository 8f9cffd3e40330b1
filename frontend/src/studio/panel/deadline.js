// Until when a task has to be done, and the settings of timer events.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { note, section, select, text } from "../controls.js";
import { expression, object, set, setting } from "../settings.js";
import { fieldsBefore } from "../upstream.js";
import { say } from "../words.js";
import { readSpan, readTimer, spanControl, timeFields, timerFor, timerForField, writeSpan } from "./time.js";

const labelled = (fields) => fields.map(({ key, label }) => ({ value: key, label: `${label}（${key}）` }));
const DEFAULT = { count: 3, unit: "wd" };

export function deadline(context) {
  const { modeler, draft, file, element } = context;
  const said = setting(element, "dueIn");
  const span = readSpan(said);
  const fields = timeFields(fieldsBefore(draft, file, element.id));
  const way = !said ? "none" : span ? "span" : "field";
  const put = (value) => set(modeler, element, { dueIn: value });
  const first = { none: "", span: writeSpan(DEFAULT), field: fields[0]?.key };
  const ways = ["none", "span", ...(fields.length || way === "field" ? ["field"] : [])];
  return section("deadline", say("partDeadline"), [
    select({ label: say("deadline"), name: "deadline", value: way, options: ways.map((value) => ({ value, label: say(`deadline_${value}`) })), change: (value) => put(first[value] ?? "") }),
    way === "span" && spanControl({ label: say("deadlineCount"), name: "deadline-count", span, change: put }),
    way === "field" && select({ label: say("whichField"), name: "deadline-field", value: said, options: labelled(fields), change: put }),
    way === "span" && span.unit === "wd" && note(say("workingDaysHelp")),
  ]);
}

const KINDS = ["timeDate", "timeDuration", "timeCycle"];

function current(definition) {
  const kind = KINDS.find((one) => definition.get(one)) ?? "timeDate";
  return { kind, source: definition.get(kind)?.get("body") ?? "" };
}

function writeTimer({ modeler, element }, definition, kind, source) {
  const others = Object.fromEntries(KINDS.map((one) => [one, one === kind ? expression(modeler, source) : undefined]));
  modeler.get("modeling").updateModdleProperties(element, definition, others);
}

export const timerOf = (bo) => bo.get("eventDefinitions")?.find((one) => is(one, "bpmn:TimerEventDefinition"));

export function timer(context) {
  const { draft, file, element } = context;
  const definition = timerOf(object(element));
  if (!definition) return null;
  const { kind, source } = current(definition);
  const read = readTimer(source);
  const fields = timeFields(fieldsBefore(draft, file, element.id));
  const way = kind === "timeDate" ? read.way : "other";
  const put = (text) => writeTimer(context, definition, "timeDate", text);
  const first = { span: timerFor(writeSpan(DEFAULT)), field: timerForField(fields[0]?.key ?? "due_on"), other: source || '"PT24H"' };
  const ways = ["span", ...(fields.length || way === "field" ? ["field"] : []), "other"];
  return section("timer", say("partTimer"), [
    select({ label: say("timer"), name: "timer", value: way, options: ways.map((value) => ({ value, label: say(`timer_${value}`) })), change: (value) => (value === "other" ? writeTimer(context, definition, "timeDuration", first.other) : put(first[value])) }),
    way === "span" && spanControl({ label: say("timerAfter"), name: "timer-count", span: read.span, change: (value) => put(timerFor(value)) }),
    way === "field" && select({ label: say("whichField"), name: "timer-field", value: read.field, options: labelled(fields), change: (value) => put(timerForField(value)) }),
    way === "other" && select({ label: say("timerKind"), name: "timer-kind", value: kind, options: KINDS.map((value) => ({ value, label: say(value) })), change: (value) => writeTimer(context, definition, value, source) }),
    text({ label: say("expression"), name: "timer-expression", code: true, value: source, change: (value) => writeTimer(context, definition, kind, value), help: say("timerHelp") }),
  ]);
}
