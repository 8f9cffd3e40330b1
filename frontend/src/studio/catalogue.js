// What the draft's forms and tables ask and answer: fields with their labels and choices.
import { decisionsOfTable, fieldsOfForm } from "../fields.js";
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

// As the conditions speak of a field: by `type` and `choices`, beside the `kind` and `values` it has.
const OUTPUTS = { boolean: "boolean", number: "number", date: "date", choice: "select", text: "text" };
function spokenOf(field) {
  const type = field.type === "output" ? OUTPUTS[field.kind] : field.type;
  return { ...field, type: type === "checkbox" ? "boolean" : type, choices: field.values, people: field.people ?? "" };
}

/** Give {title, fields} of a form's JSON; an unreadable form asks nothing. */
export function readForm(text) {
  return remembered(text ?? "", (source) => {
    const form = JSON.parse(source);
    return { title: spoken(form.title, form.title_en) || form.id, fields: fieldsOfForm(source, isEnglish ? "en" : "zh").map(spokenOf) };
  }) ?? { title: "", fields: [] };
}

/** Give [{id, name, fields}] of the decisions in a DMN file. */
export function readDecisions(text) {
  return remembered(text ?? "", (source) => decisionsOfTable(source).map((one) => ({ ...one, fields: one.fields.map(spokenOf) }))) ?? [];
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
  return Object.entries(GIVEN).map(([key, { type, choices = () => [] }]) => {
    const values = choices();
    return { key, label: say(`given_${key}`), type, kind: values.length ? "choice" : type, values, choices: values, people: "" };
  });
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
