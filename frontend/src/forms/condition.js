// When a question is asked: while a field before it has one of some values.
import { selectEntry, textEntry, ticksEntry } from "./entries.js";
import { fieldsOfForm } from "../fields.js";
import { language, say } from "./words.js";

const TICKS = [["true", "yes"], ["false", "no"]];

function wordsOf(text) {
  return (text ?? "").split(",").map((one) => one.trim()).filter(Boolean);
}

// What stands before a question in the form: the engine asks from top to bottom.
function before(schema, field) {
  const found = [];
  const walk = (components) => components.some((one) => {
    if (one === field) return true;
    if (one.key) found.push(...fieldsOfForm(JSON.stringify({ components: [{ ...one, components: undefined }] }), language));
    return one.components ? walk(one.components) : false;
  });
  walk(schema.components);
  return found;
}

function offered(schema, field, others) {
  const own = before(schema, field);
  const keys = new Set(own.map(({ key }) => key));
  const everyKey = new Set(fieldsOfForm(JSON.stringify(schema)).map(({ key }) => key));
  const elsewhere = others.filter(({ key }) => !keys.has(key) && !everyKey.has(key));
  return [...own, ...elsewhere.map((one) => ({ ...one, label: say("conditionElsewhere", one.label) }))];
}

function valuesEntry(chosen, field, setting) {
  const values = wordsOf(field.properties?.showValues);
  const options = chosen?.kind === "boolean" ? TICKS.map(([word, name]) => [word, say(name)]) : chosen?.values.map(({ value, label }) => [value, label]);
  if (!options?.length) {
    return textEntry({ label: say("conditionTexts"), value: values.join(","), work: (text) => setting({ showValues: wordsOf(text).join(",") }) });
  }
  const known = options.map(([word]) => word);
  const kept = values.filter((one) => !known.includes(one)).map((one) => [one, one]);
  return ticksEntry({ label: say("conditionValues"), values, options: [...options, ...kept], work: (all) => setting({ showValues: all.join(",") }) });
}

/** Give the entries; `setting` writes settings of the question, `again` draws the panel anew. */
export function conditionEntries(schema, field, others, { setting, again }) {
  const fields = offered(schema, field, others);
  const now = field.properties?.showField ?? "";
  const options = [["", say("always")], ...fields.map(({ key, label }) => [key, label])];
  if (now && !fields.some(({ key }) => key === now)) options.push([now, now]);
  const choose = selectEntry({
    label: say("conditionField"), value: now, options,
    work(key) {
      const first = fields.find((one) => one.key === key);
      const value = first?.kind === "boolean" ? "true" : first?.values[0]?.value ?? "";
      setting({ showField: key || undefined, showValues: key ? value : undefined });
      again();
    },
  });
  return now ? [choose, valuesEntry(fields.find(({ key }) => key === now), field, setting)] : [choose];
}
