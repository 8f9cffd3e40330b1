// What a case already knows at a place of the flow: walked backwards over the XML of the draft's diagrams.
import { decisionsOf, givenFields, readForm, unique } from "./catalogue.js";
import { say } from "./words.js";
import { readXml } from "./xml.js";

const TASKS = ["userTask", "manualTask"];
const parsed = new Map();

function parse(text) {
  if (!parsed.has(text)) {
    if (parsed.size > 60) parsed.clear();
    parsed.set(text, readXml(text));
  }
  return parsed.get(text);
}

// One file's nodes by id and flows by target, so that a walk does not search the file at each step.
const indexes = new WeakMap();
function indexOf(document) {
  if (!indexes.has(document)) {
    const nodes = new Map([...document.querySelectorAll("[id]")].map((one) => [one.getAttribute("id"), one]));
    const into = new Map();
    for (const flow of named(document, "sequenceFlow")) {
      const target = flow.getAttribute("targetRef");
      into.set(target, [...(into.get(target) ?? []), flow.getAttribute("sourceRef")]);
    }
    indexes.set(document, { nodes, into });
  }
  return indexes.get(document);
}

const named = (root, ...names) => names.flatMap((name) => [...root.getElementsByTagNameNS("*", name)]);
const settingOf = (node, name) => [...node.getElementsByTagNameNS("*", "property")].find((one) => one.getAttribute("name") === name)?.getAttribute("value") ?? "";

/** Give {id, name, document} of every process in the draft. */
export function processesOf(draft) {
  return draft.keys("bpmn").flatMap((file) => {
    const document = parse(draft.text("bpmn", file));
    return named(document, "process").map((node) => ({ id: node.getAttribute("id"), name: node.getAttribute("name") || node.getAttribute("id"), node, document, file }));
  });
}

const callsOf = (processes, id) => processes.flatMap(({ document }) =>
  named(document, "callActivity").filter((one) => one.getAttribute("calledElement") === id));

// The nodes before one: those whose flows lead to it, what it is attached to, what is around it.
function before(document, node) {
  const id = node.getAttribute("id");
  const sources = indexOf(document).into.get(id) ?? [];
  const found = sources.map((source) => byId(document, source)).filter(Boolean);
  const host = byId(document, node.getAttribute("attachedToRef"));
  // What a task asks is not answered yet when its timer goes off.
  if (host) found.push(...before(document, host));
  const around = node.parentElement;
  if (node.localName === "startEvent" && ["subProcess", "transaction"].includes(around?.localName)) found.push(...before(document, around));
  return found;
}

const byId = (document, id) => indexOf(document).nodes.get(id) ?? null;

function walk(document, starts) {
  const seen = new Set();
  const open = [...starts];
  while (open.length) {
    const node = open.pop();
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...before(document, node));
  }
  return seen;
}

/** Give the nodes that may have been passed before `id` in its file, callers' included. */
function nodesBefore(draft, file, id) {
  const processes = processesOf(draft);
  const document = parse(draft.text("bpmn", file));
  const node = byId(document, id);
  const found = [];
  const open = node ? [[document, before(document, node)]] : [];
  const asked = new Set();
  while (open.length) {
    const [where, starts] = open.pop();
    found.push(...walk(where, starts));
    const process = (starts[0] ?? node)?.closest("process");
    for (const one of process ? [process.getAttribute("id")] : []) {
      if (asked.has(one)) continue;
      asked.add(one);
      callsOf(processes, one).forEach((call) => open.push([call.ownerDocument, before(call.ownerDocument, call)]));
    }
  }
  return found;
}

const VOTES = ["all", "any", "ratio", "sequence"];

/** What a vote comes to, as a field. */
export function voteResult(id, name) {
  const choices = ["passed", "failed"].map((value) => ({ value, label: say(value) }));
  return [{ key: `${id}_result`, label: say("resultOf", name || id), type: "output", kind: "choice", values: choices, choices, people: null }];
}

function given(draft, node, processes, seen) {
  if (node.localName === "callActivity") {
    const called = node.getAttribute("calledElement");
    if (seen.has(called)) return [];
    seen.add(called);
    return processes.filter((one) => one.id === called)
      .flatMap((one) => [...one.node.getElementsByTagName("*")].flatMap((inner) => given(draft, inner, processes, seen)));
  }
  if (node.localName === "businessRuleTask") {
    const decision = named(node, "calledDecisionId")[0]?.textContent.trim();
    return decisionsOf(draft).find((one) => one.id === decision)?.fields ?? [];
  }
  if ([...TASKS, "startEvent"].includes(node.localName)) {
    const form = settingOf(node, "formKey");
    const decide = settingOf(node, "decide");
    const result = VOTES.includes(decide) ? voteResult(node.getAttribute("id"), node.getAttribute("name")) : [];
    // What each voter answers stays with the vote, unless one alone decides.
    const isKept = !result.length || decide === "any";
    return [...(form && isKept ? readForm(draft.text("form", form)).fields : []), ...result];
  }
  if (["subProcess", "transaction"].includes(node.localName)) {
    return [...node.getElementsByTagName("*")].flatMap((inner) => given(draft, inner, processes, seen));
  }
  return [];
}

/** Give the fields that may be known when the flow arrives at element `id` of diagram `file`. */
export function fieldsBefore(draft, file, id) {
  const processes = processesOf(draft);
  const seen = new Set();
  const asked = nodesBefore(draft, file, id).flatMap((node) => given(draft, node, processes, seen));
  return unique([...asked, ...givenFields()]);
}

/** Give {id, name} of the tasks for people that come before `id`, nearest file first. */
export function tasksBefore(draft, file, id) {
  const nodes = nodesBefore(draft, file, id).filter((node) => TASKS.includes(node.localName) && node.getAttribute("id") !== id);
  const seen = new Map(nodes.map((node) => [node.getAttribute("id"), node.getAttribute("name") || node.getAttribute("id")]));
  return [...seen].map(([key, name]) => ({ id: key, name }));
}
