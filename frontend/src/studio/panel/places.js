// Lanes, pools and the process itself.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { checkbox, note, section, select, text } from "../controls.js";
import { change, object } from "../settings.js";
import { say } from "../words.js";
import { roleName, roleOptions } from "./who.js";

export function lane(context) {
  const { modeler, draft, element, tell } = context;
  const registry = modeler.get("elementRegistry");
  const options = [...roleOptions(draft), { value: "system", label: say("laneSystem") }];
  const put = (id) => {
    if (registry.get(id) || modeler.get("moddle").ids.assigned(id)) {
      tell(say("laneTaken", roleName(draft, id)), "warning");
      context.refresh();
      return;
    }
    const name = object(element).get("name") || options.find((one) => one.value === id).label;
    modeler.get("modeling").updateProperties(element, { id, name });
  };
  return section("lane", say("partLane"), [
    select({ label: say("laneRole"), name: "lane-role", value: element.id, options, change: put, help: say("laneHelp") }),
  ]);
}

/** What the draft is called, where nothing is selected. */
export function draftTitle({ draft, element }) {
  if (is(element, "bpmn:Participant")) return null;
  return section("draft", say("partDraft"), [text({ label: say("title"), name: "draft-title", value: draft.title, change: (value) => { if (value.trim()) draft.setTitle(value.trim()); } })]);
}

/** The process behind the canvas or a pool. */
export function processOf(element) {
  const bo = object(element);
  if (is(bo, "bpmn:Process")) return bo;
  if (is(bo, "bpmn:Participant")) return bo.get("processRef");
  const found = is(bo, "bpmn:Collaboration") ? bo.get("participants").map((one) => one.get("processRef")).filter(Boolean) : [];
  return found.length === 1 ? found[0] : null;
}

export function process(context) {
  const { modeler, element } = context;
  const bo = processOf(element);
  if (!bo) return note(say("nothingSelected"));
  return section("process", say("partProcess"), [
    text({ label: say("processName"), name: "process-name", value: bo.get("name"), change: (name) => change(modeler, bo, { name: name || undefined }) }),
    text({ label: say("processKey"), name: "process-key", value: bo.get("id"), disabled: true, code: true, change: () => {}, help: say("processKeyHelp") }),
    checkbox({ label: say("processRuns"), name: "process-runs", checked: bo.get("isExecutable"), help: say("processRunsHelp"), change: (on) => change(modeler, bo, { isExecutable: on }) }),
  ]);
}
