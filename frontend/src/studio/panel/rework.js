// Sending a case back: draws the gateway behind a task and the flow to an earlier one.
import { button, note, row, section, select } from "../controls.js";
import { expression, object, setting } from "../settings.js";
import { readForm } from "../catalogue.js";
import { writeRow } from "../conditions.js";
import { tasksBefore, voteResult } from "../upstream.js";
import { say } from "../words.js";

const chosen = new Map();

function draw({ modeler, element, tell }, target, condition) {
  const modeling = modeler.get("modeling");
  const registry = modeler.get("elementRegistry");
  const goal = registry.get(target);
  const first = element.outgoing.find((one) => one.type === "bpmn:SequenceFlow");
  let gateway = first?.target;
  modeler.get("bihuanSteps").together(() => {
    if (gateway?.type !== "bpmn:ExclusiveGateway") {
      const shape = modeler.get("elementFactory").createShape({ type: "bpmn:ExclusiveGateway" });
      const at = { x: element.x + element.width + 60, y: element.y + element.height / 2 };
      if (first) {
        const next = first.target;
        modeling.removeConnection(first);
        gateway = modeling.appendShape(element, shape, at, element.parent);
        modeling.connect(gateway, next);
      } else {
        gateway = modeling.appendShape(element, shape, at, element.parent);
      }
      modeling.updateProperties(gateway, { name: say("reworkGateway") });
    }
    const back = modeling.connect(gateway, goal, { type: "bpmn:SequenceFlow" });
    modeling.updateProperties(back, { name: say("reworkFlow"), conditionExpression: expression(modeler, condition) });
    const others = gateway.outgoing.filter((one) => one !== back && !object(one).get("conditionExpression"));
    if (others.length && !object(gateway).get("default")) modeling.updateProperties(gateway, { default: object(others[0]) });
  });
  modeler.get("selection").select(element);
  tell(say("reworkDrawn"));
}

export function rework(context) {
  const { modeler, draft, file, element } = context;
  const registry = modeler.get("elementRegistry");
  const tasks = tasksBefore(draft, file, element.id).filter(({ id }) => registry.get(id)?.parent === element.parent);
  const isVote = (setting(element, "decide") || "one") !== "one";
  const asked = readForm(draft.text("form", setting(element, "formKey"))).fields;
  const fields = isVote ? voteResult(element.id, object(element).get("name")) : asked.filter((one) => one.choices.length || one.kind === "boolean");
  const picked = chosen.get(element.id) ?? {};
  const pick = (wanted) => {
    chosen.set(element.id, { ...chosen.get(element.id), ...wanted });
    context.refresh();
  };
  const field = fields.find((one) => one.key === picked.field) ?? fields[0];
  const target = picked.target ?? tasks[0]?.id;
  const values = field?.kind === "boolean" ? [{ value: "false", label: say("no") }, { value: "true", label: say("yes") }] : field?.choices ?? [];
  const value = values.some((one) => one.value === picked.value) ? picked.value : values.at(-1)?.value;
  if (!tasks.length) return section("rework", say("partRework"), [note(say("reworkNoTask"))], { open: false });
  if (!field) return section("rework", say("partRework"), [note(say("reworkNoField"))], { open: false });
  return section("rework", say("partRework"), [
    select({ label: say("reworkTo"), name: "rework-to", value: target, options: tasks.map(({ id, name }) => ({ value: id, label: name })), change: (id) => pick({ target: id }) }),
    select({ label: say("reworkField"), name: "rework-field", value: field.key, options: fields.map(({ key, label }) => ({ value: key, label })), change: (key) => pick({ field: key, value: null }) }),
    select({ label: say("reworkValue"), name: "rework-value", value, options: values, change: (wanted) => pick({ value: wanted }) }),
    row(button({ label: say("reworkDraw"), name: "rework-draw", act: () => draw(context, target, writeRow({ field: field.key, operator: "==", value }, field)) })),
  ], { open: chosen.has(element.id) });
}
