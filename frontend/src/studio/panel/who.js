// Form, doer, separation of duties of a task for people.
import { boxes, button, note, row, section, select } from "../controls.js";
import { listSetting, object, set, setting } from "../settings.js";
import { fieldsBefore, tasksBefore } from "../upstream.js";
import { readForm } from "../catalogue.js";
import { inPage, say } from "../words.js";

export const roleName = (draft, id) => inPage((draft.catalogue.roles ?? []).find((one) => one.id === id)?.name) || id;
/** The roles whose members may do a task; `system` is a lane's alone. */
export const roleOptions = (draft) => (draft.catalogue.roles ?? []).filter(({ id }) => id !== "system").map(({ id, name }) => ({ value: id, label: inPage(name) || id }));

export function formChoice(context) {
  const { modeler, draft, element } = context;
  const value = setting(element, "formKey");
  const options = draft.keys("form").map((key) => ({ value: key, label: `${readForm(draft.text("form", key)).title || key}（${key}）` }));
  return section("form", say("partForm"), [
    select({ label: say("form"), name: "form", value, options: [{ value: "", label: say("formNone") }, ...options], change: (key) => set(modeler, element, { formKey: key }) }),
    row(
      button({ label: say("formOpen"), name: "form-open", disabled: !(value in draft.files.form), act: () => context.openForm(value) }),
      button({ label: say("formNew"), name: "form-new", act: () => context.newForm((key) => set(modeler, element, { formKey: key }), object(element).get("name")) }),
    ),
  ]);
}

/** The lane an element lies in, or the one around its sub-process. */
export function laneOf(modeler, element) {
  const registry = modeler.get("elementRegistry");
  for (let bo = object(element); bo; bo = bo.$parent) {
    const lanes = registry.filter((one) => one.type === "bpmn:Lane" && object(one).get("flowNodeRef").includes(bo));
    const inner = lanes.find((one) => !one.children?.some((child) => lanes.includes(child)));
    if (inner) return inner;
  }
  return null;
}

// How the doer is said: by the lane, by a role, or by a person — in a field, or who did an earlier task.
function wayOf(element) {
  const assignee = setting(element, "assignee");
  if (assignee.startsWith("doer:")) return "doer";
  if (assignee.startsWith("user:")) return "person";
  if (assignee) return "field";
  return setting(element, "candidateGroups") ? "role" : "lane";
}

const FIRST = {
  lane: () => ({ candidateGroups: "", assignee: "" }),
  role: ({ draft }) => ({ candidateGroups: roleOptions(draft)[0]?.value ?? "", assignee: "" }),
  field: (_context, { people }) => ({ assignee: people[0]?.key ?? "" }),
  doer: (_context, { tasks }) => ({ assignee: tasks.length ? `doer:${tasks[0].id}` : "" }),
  person: ({ draft }) => ({ assignee: draft.catalogue.people?.length ? `user:${draft.catalogue.people[0].id}` : "" }),
};

function details(context, way, { people, tasks }) {
  const { modeler, draft, element } = context;
  const put = (wanted) => set(modeler, element, wanted);
  const assignee = setting(element, "assignee");
  if (way === "role") {
    return select({ label: say("whichRole"), name: "role", value: setting(element, "candidateGroups"), options: roleOptions(draft), change: (value) => put({ candidateGroups: value }) });
  }
  if (way === "field") {
    const options = people.map(({ key, label }) => ({ value: key, label: `${label}（${key}）` }));
    return select({ label: say("whichField"), name: "assignee-field", value: assignee, options, change: (value) => put({ assignee: value }), help: say("whichFieldHelp") });
  }
  if (way === "doer") {
    const options = tasks.map(({ id, name }) => ({ value: `doer:${id}`, label: name }));
    return select({ label: say("whichTask"), name: "assignee-doer", value: assignee, options, change: (value) => put({ assignee: value }), help: say("whichTaskHelp") });
  }
  if (way === "person") {
    const options = (draft.catalogue.people ?? []).map((one) => ({ value: `user:${one.id}`, label: one.name }));
    return select({ label: say("whichPerson"), name: "assignee-person", value: assignee, options, change: (value) => put({ assignee: value }), help: say("whichPersonHelp") });
  }
  const lane = laneOf(modeler, element);
  return note(lane ? say("laneIs", object(lane).get("name") || roleName(draft, lane.id)) : say("laneMissing"));
}

export function doer(context) {
  const { modeler, draft, file, element } = context;
  const known = {
    people: fieldsBefore(draft, file, element.id).filter((one) => one.people),
    tasks: tasksBefore(draft, file, element.id),
  };
  const way = wayOf(element);
  const possible = ["lane", "role", ...(known.people.length || way === "field" ? ["field"] : []), ...(known.tasks.length || way === "doer" ? ["doer"] : []), ...(draft.catalogue.people?.length || way === "person" ? ["person"] : [])];
  const options = possible.map((value) => ({ value, label: say(`who_${value}`) }));
  return section("who", say("partWho"), [
    select({ label: say("who"), name: "who", value: way, options, change: (value) => set(modeler, element, FIRST[value](context, known)) }),
    details(context, way, known),
  ]);
}

export function duties(context) {
  const { modeler, draft, file, element } = context;
  const tasks = tasksBefore(draft, file, element.id).map(({ id, name }) => ({ value: id, label: name }));
  return section("duties", say("partDuties"), [boxes({
    label: say("dutiesLabel"),
    name: "reviewer_not",
    help: say("dutiesHelp"),
    options: [{ value: "report", label: say("dutiesReporter") }, ...tasks],
    values: listSetting(element, "reviewer_not"),
    change: (values) => set(modeler, element, { reviewer_not: values.join(",") }),
  })], { open: listSetting(element, "reviewer_not").length > 0 });
}
