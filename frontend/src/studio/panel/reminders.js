// What happens when a task is late: a timer at its edge that leaves it open, the service that tells people, an end.
import { boxes, button, note, row, section, select } from "../controls.js";
import { expression, object, quoted, service, serviceExtension, setService, setting, unquoted } from "../settings.js";
import { say, shortly } from "../words.js";
import { timerOf } from "./deadline.js";
import { roomFor } from "./room.js";
import { readSpan, readTimer, spanControl, timerFor, timerForField } from "./time.js";
import { laneOf, roleOptions } from "./who.js";

const MESSAGE = { acknowledge: "acknowledge_overdue", verify: "verify_overdue", plan: "plan_overdue", rectify: "rectify_overdue", accept: "accept_overdue", sign_closure: "closure_overdue" };
const MESSAGE_OF_ROLE = { verifier: "verify_overdue", rectifier: "rectify_overdue", acceptor: "accept_overdue", approver: "reward_overdue", finance: "reward_overdue", principal: "closure_overdue" };

const attached = (element) => (element.attachers ?? []).filter((one) => timerOf(object(one)) && object(one).get("cancelActivity") === false);
const nextOf = (event) => event.outgoing?.[0]?.target;

/** Give the pairs of timer and telling service at a task. */
export function remindersOf(element) {
  return attached(element)
    .map((event) => ({ event, task: nextOf(event) }))
    .filter(({ task }) => task && ["notify", "escalate"].includes(service(task).operator));
}

function timing(element) {
  const due = setting(element, "dueIn");
  if (!due) return timerFor("3wd");
  return readSpan(due) ? timerFor(due) : timerForField(due);
}

function messages(draft, operator) {
  const all = (draft.catalogue.messages ?? []).filter((one) => !one.to || one.to === "members");
  const wanted = operator === "escalate" ? all.filter((one) => /overdue|late|not_received|unconfirmed/.test(one.key)) : all;
  return (wanted.length ? wanted : all).map((one) => ({ value: one.key, label: shortly(one) }));
}

function add(context, operator) {
  const { modeler, element, tell } = context;
  modeler.get("bihuanSteps").together(() => drawReminder(context, operator));
  modeler.get("selection").select(element);
  tell(say("reminderAdded"));
}

function drawReminder({ modeler, draft, element }, operator) {
  const modeling = modeler.get("modeling");
  const factory = modeler.get("elementFactory");
  const create = (type, attributes) => factory.createShape({ type, ...attributes });
  const place = roomFor(modeler, element, { width: 196, height: 80 });
  const y = place.y + 40;
  const event = modeling.createShape(
    create("bpmn:BoundaryEvent", { eventDefinitionType: "bpmn:TimerEventDefinition", cancelActivity: false }),
    { x: element.x + element.width - 20 - 40 * attached(element).length, y: element.y + element.height }, element, { attach: true },
  );
  modeling.updateProperties(event, { name: say(operator === "escalate" ? "escalationName" : "reminderName") });
  modeling.updateModdleProperties(event, timerOf(object(event)), { timeDate: expression(modeler, timing(element)) });
  const task = modeling.appendShape(event, create("bpmn:ServiceTask"), { x: place.x + 50, y }, element.parent);
  const known = messages(draft, operator).map((one) => one.value);
  const role = setting(element, "candidateGroups") || laneOf(modeler, element)?.id || "principal";
  const message = [MESSAGE[element.id], `${element.id}_overdue`, MESSAGE_OF_ROLE[role]].find((one) => known.includes(one)) ?? known[0] ?? "rectify_overdue";
  const to = operator === "escalate" ? "principal" : role;
  const made = serviceExtension(modeler, operator, { to: quoted(to), message: quoted(message) });
  const extensionElements = modeler.get("bpmnFactory").create("bpmn:ExtensionElements", { values: [made] });
  made.$parent = extensionElements;
  modeling.updateProperties(task, { name: say(operator === "escalate" ? "escalationTask" : "reminderTask"), extensionElements });
  const end = modeling.appendShape(task, create("bpmn:EndEvent"), { x: place.x + 178, y }, element.parent);
  modeling.updateProperties(end, { name: say("reminded") });
}

function remove({ modeler, element }, { event, task }) {
  const end = nextOf(task);
  const alone = [task, end].filter((one) => one && one.incoming.length === 1);
  modeler.get("modeling").removeElements([event, ...alone]);
  modeler.get("selection").select(element);
}

function one(context, reminder) {
  const { modeler, draft } = context;
  const { event, task } = reminder;
  const { operator, parameters } = service(task);
  const definition = timerOf(object(event));
  const read = readTimer(definition.get("timeDate")?.get("body"));
  const put = (wanted) => setService(modeler, task, operator, { ...parameters, ...wanted });
  const to = unquoted(parameters.to)?.split(",").map((name) => name.trim()).filter(Boolean) ?? [];
  const options = [...roleOptions(draft).filter((role) => role.value !== "reporter"), { value: "department", label: say("toDepartment") }];
  const setTime = (body) => modeler.get("modeling").updateModdleProperties(event, definition, { timeDate: expression(modeler, body) });
  return [
    note(say(operator === "escalate" ? "escalationIs" : "reminderIs", object(event).get("name") || event.id)),
    read.way === "span" && spanControl({ label: say("reminderAfter"), name: `reminder-${event.id}`, span: read.span, change: (value) => setTime(timerFor(value)) }),
    read.way === "field" && note(say("reminderField", read.field)),
    boxes({ label: say("reminderTo"), name: `reminder-to-${event.id}`, options, values: to, change: (values) => put({ to: quoted(values.join(",")) }) }),
    select({ label: say("message"), name: `reminder-message-${event.id}`, value: unquoted(parameters.message) ?? "", options: messages(draft, operator), change: (value) => put({ message: quoted(value) }) }),
    button({ label: say("reminderRemove"), name: `reminder-remove-${event.id}`, kind: "outline-danger", act: () => remove(context, reminder) }),
  ];
}

export function reminders(context) {
  const found = remindersOf(context.element);
  return section("reminders", say("partReminders"), [
    ...found.flatMap((reminder) => one(context, reminder)),
    row(
      button({ label: say("reminderAdd"), name: "reminder-add", act: () => add(context, "notify") }),
      button({ label: say("escalationAdd"), name: "escalation-add", act: () => add(context, "escalate") }),
    ),
    note(say("remindersHelp")),
  ], { open: found.length > 0 });
}
