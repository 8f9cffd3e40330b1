// The properties of what is selected, beside the canvas: plain choices in the order people ask for them.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { make } from "../../page.js";
import { object } from "../settings.js";
import { translate } from "../translate.js";
import { say } from "../words.js";
import { deadline, timer } from "./deadline.js";
import { deciding, repetition } from "./deciding.js";
import { flow } from "./flow.js";
import general from "./general.js";
import { callActivity, reference, ruleTask, scripts, serviceTask } from "./machine.js";
import { draftTitle, lane, process } from "./places.js";
import { reminders } from "./reminders.js";
import { rework } from "./rework.js";
import { rights } from "./rights.js";
import { doer, duties, formChoice } from "./who.js";

// [the kinds it is for, its parts]; the first that fits.
const PARTS = [
  [["bpmn:UserTask"], [general, formChoice, doer, deadline, deciding, rights, duties, reminders, rework, repetition, scripts]],
  [["bpmn:ManualTask"], [general, doer, deadline, duties, reminders, repetition]],
  [["bpmn:StartEvent"], [general, formChoice, timer, reference]],
  [["bpmn:ServiceTask"], [general, serviceTask, repetition, scripts]],
  [["bpmn:BusinessRuleTask"], [general, ruleTask, repetition]],
  [["bpmn:CallActivity"], [general, callActivity, repetition]],
  [["bpmn:Activity"], [general, reference, repetition, scripts]],
  [["bpmn:Event"], [general, timer, reference]],
  [["bpmn:SequenceFlow"], [general, flow]],
  [["bpmn:Lane"], [general, lane]],
  [["bpmn:Participant"], [general, process]],
  [["bpmn:Process", "bpmn:Collaboration"], [process, draftTitle]],
];

const partsOf = (element) => PARTS.find(([kinds]) => kinds.some((kind) => is(element, kind)))?.[1] ?? [general];

const NAMES = { "bpmn:UserTask": "User task", "bpmn:ManualTask": "Manual task", "bpmn:ServiceTask": "Service task", "bpmn:BusinessRuleTask": "Business rule task", "bpmn:ScriptTask": "Script task", "bpmn:SendTask": "Send task", "bpmn:ReceiveTask": "Receive task", "bpmn:Task": "Task", "bpmn:CallActivity": "Call activity", "bpmn:Transaction": "Transaction", "bpmn:SubProcess": "Sub-process", "bpmn:StartEvent": "Start event", "bpmn:EndEvent": "End event", "bpmn:BoundaryEvent": "Boundary event", "bpmn:IntermediateThrowEvent": "Intermediate throw event", "bpmn:ExclusiveGateway": "Exclusive gateway", "bpmn:ParallelGateway": "Parallel gateway", "bpmn:InclusiveGateway": "Inclusive gateway", "bpmn:EventBasedGateway": "Event-based gateway", "bpmn:SequenceFlow": "Sequence flow", "bpmn:DataObjectReference": "Data object reference", "bpmn:DataStoreReference": "Data store reference" };
const OWN = { "bpmn:Lane": "kindLane", "bpmn:Participant": "kindPool", "bpmn:Process": "kindProcess", "bpmn:Collaboration": "kindProcess", "bpmn:IntermediateCatchEvent": "kindWaiting" };

function kindOf(element) {
  const { $type } = object(element);
  if (NAMES[$type]) return translate(NAMES[$type]);
  return say(OWN[$type] ?? "kindOther");
}

export class Panel {
  constructor(place, context) {
    this.place = place;
    this.context = context;
    this.element = null;
  }

  /** Show one element, several (then nothing is edited) or, with none, the process. */
  show(elements) {
    const chosen = elements.map((one) => one.labelTarget ?? one);
    const root = this.context.modeler.get("canvas").getRootElement();
    // While a diagram is being read there is nothing behind the canvas yet.
    if (!chosen.length && !root.businessObject) return;
    this.element = chosen.length === 1 ? chosen[0] : chosen.length ? null : root;
    this.draw();
  }

  draw() {
    const focus = this.remember();
    if (!this.element) {
      this.place.replaceChildren(make("p", { class: "studio-help" }, say("severalSelected")));
      return;
    }
    const context = { ...this.context, element: this.element, refresh: () => this.draw() };
    const parts = partsOf(this.element).map((part) => part(context)).filter(Boolean);
    this.place.replaceChildren(make("h2", { class: "studio-panel-title" }, kindOf(this.element)), ...parts);
    this.restore(focus);
  }

  // Drawing anew must not take the keyboard away from who is typing.
  remember() {
    const active = document.activeElement;
    if (!this.place.contains(active) || !active.name) return null;
    const all = [...this.place.querySelectorAll(`[name="${CSS.escape(active.name)}"]`)];
    const isTyped = active.matches("input:not([type=radio], [type=checkbox]), textarea") && active.value !== active.dataset.given;
    return { name: active.name, at: all.indexOf(active), top: this.place.scrollTop, typed: isTyped ? active.value : null };
  }

  restore(focus) {
    if (!focus) return;
    const all = this.place.querySelectorAll(`[name="${CSS.escape(focus.name)}"]`);
    const control = all[focus.at] ?? all[0];
    control?.focus({ preventScroll: true });
    this.place.scrollTop = focus.top;
    if (!control || focus.typed === null) return;
    control.value = focus.typed;
    control.addEventListener("blur", () => control.dispatchEvent(new Event("change")), { once: true });
  }

  /** Draw again when what is shown has changed. */
  changed(elements) {
    const shown = this.element;
    if (!shown) return;
    if (elements.some((one) => one === shown || one.host === shown || one.source === shown || one.target === shown || one.parent === shown)) this.draw();
  }
}
