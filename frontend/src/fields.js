// What the forms and tables of a draft give to a case, read from their texts. Pure: nothing of the page
// is touched. A text that cannot be read gives nothing; lint says what is wrong with it.
//
//   fieldsOfForm(text, language)    [{key, label, type, subtype, kind, values: [{value, label}], multiple, required, money, each, people, options}]
//   fieldsOfTable(text)             the same of the outputs of a DMN file
//   decisionsOfTable(text)          [{id, name, fields}] of it, decision by decision
//   fieldsOf({form, dmn}, language) of all files of a draft, each key once; {key, …, from: [file key, …]}
//
// type is the component's ("radio", "datetime", …) or "output"; kind is how it compares:
// "text" · "number" · "boolean" · "date" · "choice" · "choices" · "files" · "person".
const KINDS = {
  textfield: "text",
  textarea: "text",
  number: "number",
  checkbox: "boolean",
  datetime: "date",
  select: "choice",
  radio: "choice",
  checklist: "choices",
  filepicker: "files",
};
const STATIC = ["text", "separator"];
const NUMBERS = ["number", "integer", "long", "double"];
const MODEL = /^https?:\/\/www\.omg\.org\/spec\/DMN\//;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function labelled(component, language) {
  const { label, key, label_en: beside, properties } = component;
  return (language === "en" && (beside || properties?.label_en)) || label || key;
}

function valuesOf(component, language) {
  const english = language === "en" ? (component.properties?.values_en ?? "").split("|") : [];
  return list(component.values).map(({ value, label }, at) => ({ value, label: english[at]?.trim() || label || value }));
}

function fieldOf(component, each, language) {
  const settings = component.properties ?? {};
  return {
    key: component.key,
    label: labelled(component, language),
    type: component.type,
    subtype: component.subtype ?? null,
    kind: settings.people ? "person" : KINDS[component.type] ?? "text",
    values: valuesOf(component, language),
    multiple: component.multiple === true,
    required: component.validate?.required === true,
    money: settings.money === "fen",
    people: settings.people ?? null,
    options: settings.options ?? null,
    each,
  };
}

function walk(components, each, language) {
  return list(components).flatMap((component) => {
    if (component?.type === "group") return walk(component.components, component.properties?.each ?? each, language);
    if (!component?.key || STATIC.includes(component.type)) return [];
    return [fieldOf(component, each, language)];
  });
}

export function fieldsOfForm(text, language = "zh") {
  return walk(parsed(text)?.components, null, language);
}

function outputKind(type) {
  if (NUMBERS.includes(type)) return "number";
  if (type === "boolean") return "boolean";
  return /date/i.test(type) ? "date" : "text";
}

// `"major","general"` as values; anything but a list of texts is no list to choose from.
function listedTexts(text) {
  return /^\s*"[^"]*"(\s*,\s*"[^"]*")*\s*$/.test(text) ? [...text.matchAll(/"([^"]*)"/g)].map(([, value]) => value) : [];
}

function children(element, name) {
  return [...element.children].filter((one) => one.localName === name && MODEL.test(one.namespaceURI ?? ""));
}

// Without a list, what the rules give is the list, as long as all of it is texts.
function givenTexts(table, at) {
  const cells = children(table, "rule").map((rule) => children(rule, "outputEntry")[at]?.textContent ?? "");
  const texts = cells.map(listedTexts);
  return texts.every(({ length }) => length === 1) ? [...new Set(texts.flat())] : [];
}

function columnOf(table, output, at, only) {
  const key = output.getAttribute("name") || (only ? only.getAttribute("id") : "");
  const type = output.getAttribute("typeRef") ?? "";
  const listed = children(output, "outputValues").flatMap((one) => listedTexts(one.textContent));
  const texts = listed.length ? listed : givenTexts(table, at);
  return {
    key,
    label: output.getAttribute("label") || key,
    type: "output",
    subtype: null,
    kind: texts.length ? "choice" : outputKind(type),
    values: texts.map((value) => ({ value, label: value })),
    multiple: false,
    required: false,
    money: key.endsWith("_fen"),
    people: null,
    options: null,
    each: null,
  };
}

function outputsOf(decision) {
  return children(decision, "decisionTable").flatMap((table) => {
    const outputs = children(table, "output");
    return outputs.map((output, at) => columnOf(table, output, at, outputs.length === 1 ? decision : null));
  });
}

export function decisionsOfTable(text) {
  const { documentElement: root } = new DOMParser().parseFromString(text, "application/xml");
  return children(root, "decision").map((decision) => {
    const id = decision.getAttribute("id");
    return { id, name: decision.getAttribute("name") || id, fields: outputsOf(decision).filter(({ key }) => key) };
  });
}

export function fieldsOfTable(text) {
  return decisionsOfTable(text).flatMap(({ fields }) => fields);
}

function filesOf({ form = {}, dmn = {} }, language) {
  return [
    ...Object.entries(form).map(([file, text]) => [file, fieldsOfForm(text, language)]),
    ...Object.entries(dmn).map(([file, text]) => [file, fieldsOfTable(text)]),
  ];
}

export function fieldsOf(files, language = "zh") {
  const found = new Map();
  for (const [file, fields] of filesOf(files, language)) {
    for (const field of fields) {
      const known = found.get(field.key);
      if (!known) found.set(field.key, { ...field, from: [file] });
      else if (!known.from.includes(file)) known.from.push(file);
      // Whichever form lists its choices says what they are called.
      if (known && !known.values.length && field.values.length) Object.assign(known, { kind: field.kind, values: field.values });
    }
  }
  return [...found.values()];
}
