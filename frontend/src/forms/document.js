// The text of a form and the editor's own copy of it. What was not changed comes back as it was: the
// order of keys, what the editor knows nothing of, and nothing that only the editor wants.
const ORDER = [
  "type", "id", "key", "label", "text", "description", "subtype", "dateLabel", "values", "components",
  "defaultValue", "decimalDigits", "readonly", "multiple", "accept", "validate", "properties",
];
const OF_THE_EDITOR = ["layout", "_parent", "_path"];
const INVENTED = "unnamed_";

function everyComponent(components, work) {
  for (const component of components ?? []) {
    work(component);
    everyComponent(component.components, work);
  }
}

/** Read the text: {schema} for the editor, and what is needed to write it again. */
export function openText(text) {
  const schema = JSON.parse(text);
  if (!Array.isArray(schema?.components)) throw new Error("components");
  const originals = new Map();
  let unnamed = 0;
  everyComponent(schema.components, (component) => {
    const original = { ...component };
    component.id ??= `${INVENTED}${(unnamed += 1)}`;
    originals.set(component.id, original);
  });
  const indent = /^[{[]\n([ \t]+)/.exec(text)?.[1] ?? 2;
  return { schema, root: JSON.parse(text), originals, indent, end: text.endsWith("\n") ? "\n" : "" };
}

function rank(original) {
  const known = [...Object.keys(original), ...ORDER.filter((key) => !(key in original))];
  return (key) => (known.includes(key) ? known.indexOf(key) : known.length);
}

function inOrder(value, original) {
  const place = rank(original);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => place(a) - place(b)));
}

function isEmpty(value) {
  return value && typeof value === "object" && !Array.isArray(value) && !Object.values(value).some((one) => one !== undefined);
}

function cleaned(component, document) {
  const original = document.originals.get(component.id) ?? {};
  const kept = { ...component };
  for (const key of OF_THE_EDITOR) {
    if (key in original) kept[key] = original[key];
    else delete kept[key];
  }
  if (component.id.startsWith(INVENTED)) delete kept.id;
  for (const key of ["validate", "properties"]) {
    if (isEmpty(kept[key]) && !(key in original)) delete kept[key];
  }
  if (kept.components) kept.components = kept.components.map((one) => cleaned(one, document));
  return inOrder(kept, original);
}

/** Write the text of what the editor holds now. */
export function writeText(schema, document) {
  const { root } = document;
  const whole = { ...schema, components: schema.components.map((one) => cleaned(one, document)) };
  for (const key of ["schemaVersion", "exporter", ...OF_THE_EDITOR]) {
    if (key in root) whole[key] = root[key];
    else delete whole[key];
  }
  return JSON.stringify(inOrder(whole, root), null, document.indent) + document.end;
}

/** Give the text of a form that asks nothing yet. */
export function blank(key, title) {
  const form = { id: key, type: "default", schemaVersion: 17, title, components: [] };
  return `${JSON.stringify(form, null, 2)}\n`;
}
