// New files of a draft, what they are called, and their editors, which are loaded when they are first needed.
import { ask as dialog } from "../dialogs.js";
import { make } from "../page.js";
import { allFields, readDecisions, readForm } from "./catalogue.js";
import { processesOf } from "./upstream.js";
import { say } from "./words.js";

const KEY_SHAPE = "[a-z][a-z0-9_]{0,62}";

/** What people call a file. */
export function titleOf(draft, kind, key) {
  const text = draft.text(kind, key);
  if (text === undefined) return key;
  if (kind === "bpmn") return processesOf(draft).find((one) => one.file === key)?.name ?? key;
  if (kind === "form") return readForm(text).title || key;
  if (kind === "dmn") return readDecisions(text)[0]?.name ?? key;
  return key;
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

const shape = (id, x, y, width, height, lying = "") => `<bpmndi:BPMNShape id="${id}_shape" bpmnElement="${id}"${lying}><dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}" /></bpmndi:BPMNShape>`;
const LYING = ' isHorizontal="true"';
const edge = (id, from, to, y) => `<bpmndi:BPMNEdge id="${id}_edge" bpmnElement="${id}"><di:waypoint x="${from}" y="${y}" /><di:waypoint x="${to}" y="${y}" /></bpmndi:BPMNEdge>`;

const MAKERS = {
  bpmn: (key, title) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="${key}_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
<bpmn:collaboration id="${key}_collaboration"><bpmn:participant id="${key}_pool" name="${escaped(title)}" processRef="${key}" /></bpmn:collaboration>
<bpmn:process id="${key}" name="${escaped(title)}" isExecutable="true">
<bpmn:laneSet id="${key}_lanes"><bpmn:lane id="rectifier" name="${say("laneRectifier")}"><bpmn:flowNodeRef>${key}_begun</bpmn:flowNodeRef><bpmn:flowNodeRef>${key}_task</bpmn:flowNodeRef><bpmn:flowNodeRef>${key}_done</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="${key}_begun" name="${say("begun")}"><bpmn:outgoing>${key}_first</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="${key}_task" name="${say("firstTask")}"><bpmn:incoming>${key}_first</bpmn:incoming><bpmn:outgoing>${key}_last</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="${key}_done" name="${say("done")}"><bpmn:incoming>${key}_last</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="${key}_first" sourceRef="${key}_begun" targetRef="${key}_task" /><bpmn:sequenceFlow id="${key}_last" sourceRef="${key}_task" targetRef="${key}_done" />
</bpmn:process>
<bpmndi:BPMNDiagram id="${key}_diagram"><bpmndi:BPMNPlane id="${key}_plane" bpmnElement="${key}_collaboration">
${shape(`${key}_pool`, 100, 80, 760, 220, LYING)}${shape("rectifier", 130, 80, 730, 220, LYING)}
${shape(`${key}_begun`, 202, 172, 36, 36)}${shape(`${key}_task`, 360, 150, 100, 80)}${shape(`${key}_done`, 582, 172, 36, 36)}
${edge(`${key}_first`, 238, 360, 190)}${edge(`${key}_last`, 460, 582, 190)}
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>`,
  form: (key, title) => JSON.stringify({ id: key, type: "default", schemaVersion: 17, title, components: [{ type: "textarea", id: "field_note", key: `${key}_note`, label: say("formFirst"), validate: { required: true, maxLength: 2000 } }] }, null, 2),
  dmn: (key, title) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="${key}_definitions" name="${escaped(title)}" namespace="http://camunda.org/schema/1.0/dmn">
<decision id="${key}" name="${escaped(title)}"><decisionTable id="${key}_table" hitPolicy="FIRST">
<input id="${key}_input" label="level"><inputExpression id="${key}_question" typeRef="string"><text>level</text></inputExpression></input>
<output id="${key}_output" label="${key}_answer" name="${key}_answer" typeRef="string" />
<rule id="${key}_rule"><inputEntry id="${key}_cell"><text>-</text></inputEntry><outputEntry id="${key}_value"><text>""</text></outputEntry></rule>
</decisionTable></decision></definitions>`,
};

/** Ask for a name and a key and add the file; gives its key, or null. */
export async function newFile(draft, kind, suggestion = "") {
  const title = make("input", { class: "form-control", id: "new-title", required: true, maxlength: 100, value: suggestion });
  const key = make("input", { class: "form-control studio-code", id: "new-key", required: true, pattern: KEY_SHAPE, maxlength: 63, autocomplete: "off", "aria-describedby": "new-key-help" });
  key.addEventListener("input", () => key.setCustomValidity(key.value in draft.files[kind] ? say("keyTaken", key.value) : ""));
  const answer = await dialog(say(`new_${kind}`), [
    make("label", { class: "form-label", for: "new-title" }, say("name")), title,
    make("label", { class: "form-label", for: "new-key" }, say("key")), key,
    make("p", { class: "studio-help", id: "new-key-help" }, say("newKeyHelp")),
  ], [
    { value: "", text: say("cancel"), style: "btn-outline-secondary" },
    { value: "yes", text: say("add"), style: "btn-primary" },
  ]);
  if (answer !== "yes" || !key.value || !title.value.trim() || key.value in draft.files[kind]) return null;
  draft.set(kind, key.value, MAKERS[kind](key.value, title.value.trim()));
  return key.value;
}

/** Ask before something goes that undo does not bring back. */
export async function confirmed(title, words) {
  const answer = await dialog(title, [make("p", {}, words)], [
    { value: "", text: say("cancel"), style: "btn-outline-secondary" },
    { value: "yes", text: say("remove"), style: "btn-danger" },
  ]);
  return answer === "yes";
}

const loading = new Map();
function load({ script: source, style }) {
  if (!loading.has(source)) {
    if (style) document.head.append(make("link", { rel: "stylesheet", href: style }));
    loading.set(source, new Promise((resolve, reject) => {
      const element = make("script", { src: source });
      element.onload = resolve;
      element.onerror = () => {
        loading.delete(source);
        reject(new Error(source));
      };
      document.head.append(element);
    }));
  }
  return loading.get(source);
}

/** Open the editor of a form or a table in `place`; gives what closes it. */
export async function openEditor(kind, { draft, key, place, sources, readOnly }) {
  await load(sources[kind]);
  const editor = kind === "form" ? window.bihuanForms : window.bihuanTables;
  place.replaceChildren();
  return editor.open(place, {
    key,
    text: draft.text(kind, key),
    fields: allFields(draft),
    readOnly,
    onChange: (text) => draft.set(kind, key, text),
  });
}
