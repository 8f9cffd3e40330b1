// What the draft's forms and tables ask and answer, as conditions and properties compare it.
import { decisionsOfTable, fieldsOf, fieldsOfForm } from "../fields.js";
import { isEnglish, say } from "./words.js";
import { readable } from "./xml.js";

const LANGUAGE = isEnglish ? "en" : "zh";
const cache = new Map();

// A file is read again only when its text has changed.
function remembered(text, read) {
  if (!cache.has(text)) {
    if (cache.size > 400) cache.clear();
    cache.set(text, read(text));
  }
  return cache.get(text);
}

const asTexts = (values) => values.map(({ value, label }) => ({ value: String(value), label: String(label ?? value) }));

// Given: {key, label, kind, values, …}; conditions ask for its kind and its choices.
const compared = (field) => ({ ...field, choices: asTexts(field.values) });

function titleIn(text) {
  try {
    const form = JSON.parse(text);
    return (isEnglish && form.title_en) || form.title || form.id || "";
  } catch {
    return "";
  }
}

/** Give {title, fields} of a form's JSON; an unreadable form asks nothing. */
export function readForm(text) {
  return remembered(text ?? "", (source) => ({
    title: titleIn(source),
    // A question that is asked for each entry of a list has as many keys as there are entries.
    fields: fieldsOfForm(source, LANGUAGE).filter((one) => !one.each).map(compared),
  }));
}

/** Give [{id, name, fields}] of the decisions in a DMN file. */
export function readDecisions(text) {
  return remembered(text ?? "", (source) =>
    decisionsOfTable(readable(source)).map((one) => ({ ...one, fields: one.fields.map(compared) })));
}

/** Give every decision of the draft, with the file it stands in. */
export function decisionsOf(draft) {
  return draft.keys("dmn").flatMap((file) => readDecisions(draft.text("dmn", file)).map((one) => ({ ...one, file })));
}

const chosen = (prefix, ...values) => ({ kind: "choice", values: values.map((value) => ({ value, label: say(`${prefix}_${value}`) })) });
const plain = (kind) => ({ kind, values: [] });

const GIVEN = {
  identity_mode: () => chosen("identity", "named", "confidential", "anonymous"),
  sector: () => plain("text"),
  reward_limit_fen: () => plain("number"),
  checklist_level: () => chosen("level", "general", "major"),
  hazard_no: () => plain("text"),
  amount: () => plain("number"),
};

/** What every case has beside its answers. */
export function givenFields() {
  return Object.entries(GIVEN).map(([key, make]) => compared({ key, label: say(`given_${key}`), type: "output", ...make() }));
}

/** Keep the first of each key, or the first that has choices. */
export function unique(fields) {
  const seen = new Map();
  for (const field of fields) {
    const known = seen.get(field.key);
    if (!known || (!known.choices.length && field.choices.length)) seen.set(field.key, field);
  }
  return [...seen.values()];
}

/** Every field of the draft, for editors that have no place in the flow. */
export function allFields(draft) {
  const tables = Object.entries(draft.files.dmn).map(([key, text]) => [key, readable(text)]);
  const asked = fieldsOf({ form: draft.files.form, dmn: Object.fromEntries(tables) }, LANGUAGE);
  const known = new Set(asked.map(({ key }) => key));
  return [...asked, ...givenFields().filter(({ key }) => !known.has(key))];
}
