// What the draft's forms and tables ask and answer: fields with their labels and choices.
import { isEnglish, say } from "./words.js";

const cache = new Map();
// A file is read again only when its text has changed.
function remembered(text, read) {
  if (!cache.has(text)) {
    if (cache.size > 400) cache.clear();
    let found;
    try {
      found = read(text);
    } catch {
      found = null;
    }
    cache.set(text, found);
  }
  return cache.get(text);
}

const spoken = (label, english) => (isEnglish && english) || label;

function choicesOf(component) {
  const english = (component.properties?.values_en ?? "").split("|");
  return (component.values ?? component.data?.values ?? [])
    .map((one, at) => ({ value: String(one.value), label: spoken(one.label, english[at]) || String(one.value) }));
}

function fieldOf(component) {
  const own = component.properties ?? {};
  return {
    key: component.key,
    label: spoken(component.label, own.label_en) || component.key,
    type: component.type === "checkbox" ? "boolean" : component.type,
    subtype: component.subtype,
    people: own.people ?? "",
    money: own.money === "fen",
    choices: choicesOf(component),
  };
}

function fieldsBelow(components) {
  return (components ?? []).flatMap((one) => [
    ...(one.key && !["text", "group", "separator"].includes(one.type) ? [fieldOf(one)] : []),
    ...fieldsBelow(one.components),
  ]);
}

/** Give {title, fields} of a form's JSON; an unreadable form asks nothing. */
export function readForm(text) {
  return remembered(text ?? "", (source) => {
    const form = JSON.parse(source);
    return { title: spoken(form.title, form.title_en) || form.id, fields: fieldsBelow(form.components) };
  }) ?? { title: "", fields: [] };
}

const DMN_TYPES = { boolean: "boolean", number: "number", integer: "number", long: "number", double: "number", date: "date" };

function outputOf(output, rules, at) {
  const type = DMN_TYPES[output.getAttribute("typeRef")] ?? "text";
  const cells = rules.map((rule) => rule.getElementsByTagNameNS("*", "outputEntry")[at]?.textContent.trim() ?? "");
  const values = type === "text" ? cells.map((cell) => /^"([^"]*)"$/.exec(cell)?.[1]).filter(Boolean) : [];
  return {
    key: output.getAttribute("name"),
    label: output.getAttribute("label") || output.getAttribute("name"),
    type: values.length ? "select" : type,
    choices: [...new Set(values)].map((value) => ({ value, label: value })),
    people: "",
  };
}

/** Give [{id, name, fields}] of the decisions in a DMN file. */
export function readDecisions(text) {
  return remembered(text ?? "", (source) => {
    const document = new DOMParser().parseFromString(source, "application/xml");
    return [...document.getElementsByTagNameNS("*", "decision")].map((decision) => {
      const rules = [...decision.getElementsByTagNameNS("*", "rule")];
      const outputs = [...decision.getElementsByTagNameNS("*", "output")];
      const id = decision.getAttribute("id");
      return { id, name: decision.getAttribute("name") || id, fields: outputs.map((one, at) => outputOf(one, rules, at)).filter((one) => one.key) };
    });
  }) ?? [];
}

/** Give every decision of the draft, with the file it stands in. */
export function decisionsOf(draft) {
  return draft.keys("dmn").flatMap((file) => readDecisions(draft.text("dmn", file)).map((one) => ({ ...one, file })));
}

const GIVEN = {
  identity_mode: { type: "select", choices: () => ["named", "confidential", "anonymous"].map((value) => ({ value, label: say(`identity_${value}`) })) },
  sector: { type: "text" },
  reward_limit_fen: { type: "number" },
  checklist_level: { type: "select", choices: () => ["general", "major"].map((value) => ({ value, label: say(`level_${value}`) })) },
  hazard_no: { type: "text" },
  amount: { type: "number" },
};

/** What every case has beside its answers. */
export function givenFields() {
  return Object.entries(GIVEN).map(([key, one]) => ({ key, label: say(`given_${key}`), type: one.type, choices: one.choices?.() ?? [], people: "" }));
}

/** Keep the first of each key. */
export function unique(fields) {
  const seen = new Map();
  for (const field of fields) {
    const known = seen.get(field.key);
    if (!known) seen.set(field.key, field);
    else if (!known.choices.length && field.choices.length) seen.set(field.key, field);
  }
  return [...seen.values()];
}

/** Every field of the draft, for editors that have no place in the flow. */
export function allFields(draft) {
  const asked = draft.keys("form").flatMap((key) => readForm(draft.text("form", key)).fields);
  return unique([...asked, ...decisionsOf(draft).flatMap((one) => one.fields), ...givenFields()]);
}
