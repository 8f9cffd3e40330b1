// Name, key and explanation: what every element has.
import { isAny } from "bpmn-js/lib/features/modeling/util/ModelingUtil";
import { section, text } from "../controls.js";
import { change, object } from "../settings.js";
import { say } from "../words.js";

/** Keys that the ledgers and the rules of the law know (docs/modelling.md). */
export const KNOWN_KEYS = ["acknowledge", "verify", "second_opinion", "determine", "plan", "rectify", "accept", "sign_closure", "approve_reward", "pay_reward", "confirm_reward", "report_authority", "report_union"];
const KEY_SHAPE = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

function rename({ modeler, element, tell }, id) {
  const wanted = id.trim();
  const taken = modeler.get("elementRegistry").get(wanted) || modeler.get("moddle").ids.assigned(wanted);
  if (wanted === element.id) return;
  if (!KEY_SHAPE.test(wanted)) tell(say("keyShape"), "warning");
  else if (taken) tell(say("keyTaken", wanted), "warning");
  else change(modeler, element, { id: wanted });
}

function documentation({ modeler, element }, body) {
  const made = body.trim() ? [modeler.get("bpmnFactory").create("bpmn:Documentation", { text: body })] : [];
  change(modeler, element, { documentation: made });
}

export default function general(context) {
  const { modeler, element } = context;
  const bo = object(element);
  const isFlow = isAny(bo, ["bpmn:SequenceFlow"]);
  const isTask = isAny(bo, ["bpmn:UserTask", "bpmn:ManualTask"]);
  const isLane = isAny(bo, ["bpmn:Lane"]);
  const named = isAny(bo, ["bpmn:TextAnnotation"])
    ? text({ label: say("annotation"), name: "text", area: true, value: bo.get("text"), change: (value) => change(modeler, element, { text: value }) })
    : text({ label: isFlow ? say("flowName") : say("name"), name: "name", area: !isLane, value: bo.get("name"), change: (value) => modeler.get("modeling").updateProperties(element, { name: value || undefined }) });
  const keyed = isLane || isFlow ? null : text({
    label: say("key"), name: "id", code: true, value: element.id, list: isTask ? KNOWN_KEYS : [],
    help: isTask ? say("keyTaskHelp") : null,
    change: (value) => { rename(context, value); context.refresh(); },
  });
  const explained = text({
    label: say("documentation"), name: "documentation", area: true, value: bo.get("documentation")?.[0]?.text,
    change: (value) => documentation(context, value),
  });
  return section("general", say("partGeneral"), [named, keyed, explained]);
}
