// The settings of the chosen question, or of the form when none is chosen: plain choices, no code.
import { make } from "../page.js";
import { actions } from "./acting.js";
import { choicesEntry } from "./choices.js";
import { conditionEntries } from "./condition.js";
import { folded, selectEntry, textEntry, tickEntry } from "./entries.js";
import { accept, dates, lengths, numbers, presets } from "./rules.js";
import { settingsOf, listsFor, sourceOf, sourcesFor } from "./sources.js";
import { CHOICES, KEY, KIN } from "./types.js";
import { say } from "./words.js";

const MEANT = [
  "label_en", "text_en", "help", "help_en", "values_en", "showField", "showValues", "people", "options", "each", "money", "readonly", "photo", "fresh", "folded",
];

function changed(record, changes) {
  const merged = { ...record, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== ""));
}

/** What the entries of one question are given: the question, and how to write to it. */
function writer(editor, field, again) {
  const edit = (changes) => editor.get("modeling").editFormField(field, changes);
  return {
    field,
    again,
    edit,
    settings: field.properties ?? {},
    setting: (changes) => edit({ properties: changed(field.properties, changes) }),
    rule: (changes) => edit({ validate: changed(field.validate, changes) }),
  };
}

function keysTaken(editor, others, except) {
  const own = editor.get("formFieldRegistry").getAll().filter((one) => one !== except).map(({ key }) => key);
  return { own: new Set(own), all: new Set([...own, ...others.map(({ key }) => key)]) };
}

function words({ field, settings, edit, setting }) {
  const isText = field.type === "text";
  const name = isText ? "text" : "label";
  const titles = { text: ["body", "bodyEnglish"], group: ["heading", "headingEnglish"] }[field.type] ?? ["label", "labelEnglish"];
  const needed = (text) => (text || field.type === "group" ? undefined : say("label"));
  const write = (text) => edit(field.type === "datetime" ? { label: text, dateLabel: text } : { [name]: text || undefined });
  const rows = isText ? 4 : 2;
  return [
    textEntry({ label: say(titles[0]), value: field[name], rows, check: needed, work: write }),
    textEntry({ label: say(titles[1]), value: settings[`${name}_en`], rows: isText ? 4 : undefined, lang: "en", work: (text) => setting({ [`${name}_en`]: text }) }),
  ];
}

function helps({ settings, setting }) {
  return [
    textEntry({ label: say("help"), value: settings.help, work: (help) => setting({ help }) }),
    textEntry({ label: say("helpEnglish"), value: settings.help_en, lang: "en", work: (help_en) => setting({ help_en }) }),
  ];
}

function ticks({ field, settings, edit, rule, setting }) {
  const flag = (name) => (on) => setting({ [name]: on ? "true" : undefined });
  return [
    tickEntry({ label: say("required"), value: field.validate?.required, work: (on) => rule({ required: on || undefined }) }),
    tickEntry({
      label: say("readonly"), value: field.readonly || settings.readonly === "true",
      // form-js says it beside the settings; taken off, it is taken off in both places.
      work(on) {
        flag("readonly")(on);
        if (!on && field.readonly) edit({ readonly: undefined });
      },
    }),
    tickEntry({ label: say("fresh"), value: settings.fresh === "true", help: say("freshHelp"), work: flag("fresh") }),
  ];
}

function source({ field, edit, again }) {
  if (![...CHOICES, "textfield"].includes(field.type)) return [];
  const work = (word) => {
    const properties = changed(field.properties, settingsOf(word));
    const listed = !word && CHOICES.includes(field.type) && !field.values?.length;
    edit(listed ? { properties, values: [{ value: "choice_1", label: say("newChoice", 1) }] } : { properties });
    again();
  };
  return [selectEntry({ label: say("source"), value: sourceOf(field), options: sourcesFor(field), work })];
}

function choices(given) {
  const { field, edit, again } = given;
  if (!CHOICES.includes(field.type) || sourceOf(field)) return [];
  return [choicesEntry(field, { work: edit, again })];
}

function kin({ field, edit, again }) {
  const family = KIN.find((one) => one.includes(field.type));
  if (!family) return [];
  const work = (type) => {
    // Several cannot be chosen at first.
    edit(type === "checklist" ? { type, defaultValue: undefined } : { type });
    again();
  };
  return [selectEntry({ label: say("type"), value: field.type, options: family.map((type) => [type, say(type)]), work })];
}

// What depends on a field goes on depending on it under its new name.
function rename(editor, field, key) {
  const before = field.key;
  const modeling = editor.get("modeling");
  modeling.editFormField(field, { key });
  for (const one of editor.get("formFieldRegistry").getAll()) {
    if (one.properties?.showField === before) modeling.editFormField(one, { properties: { ...one.properties, showField: key } });
  }
}

function name(editor, others, { field }) {
  const check = (key) => {
    if (!KEY.test(key)) return say("keyWrong");
    return keysTaken(editor, others, field).own.has(key) ? say("keyTaken", key) : undefined;
  };
  return textEntry({ label: say("key"), value: field.key, help: say("keyHelp"), lang: "en", check, work: (key) => rename(editor, field, key) });
}

function unknown({ settings }) {
  const others = Object.keys(settings).filter((one) => !MEANT.includes(one));
  return others.length ? make("p", { class: "setting-help" }, say("kept", others.join(" "))) : null;
}

function group({ settings, setting }) {
  return [
    tickEntry({ label: say("folded"), value: settings.folded === "true", work: (on) => setting({ folded: on ? "true" : undefined }) }),
    selectEntry({ label: say("each"), help: say("eachHelp"), value: settings.each, options: listsFor(settings.each), work: (each) => setting({ each }) }),
  ];
}

function asked(editor, others, given) {
  return [
    ...words(given), ...helps(given), ...ticks(given), ...kin(given), ...source(given), ...choices(given),
    ...dates(given), ...numbers(given), ...accept(given), ...presets(given),
    folded(say("more"), false, ...lengths(given), name(editor, others, given), unknown(given)),
  ];
}

function entriesOf(editor, others, given) {
  const { field, setting, again } = given;
  const { schema } = editor._getState();
  const condition = folded(say("condition"), Boolean(field.properties?.showField), ...conditionEntries(schema, field, others, { setting, again }));
  if (field.type === "separator") return [condition];
  if (field.type === "text") return [...words(given), condition];
  if (field.type === "group") return [...words(given), ...group(given), condition, unknown(given)];
  return [...asked(editor, others, given), condition];
}

function formEntries(editor) {
  const { schema } = editor._getState();
  const edit = (changes) => editor.get("modeling").editFormField(schema, changes);
  return [
    textEntry({ label: say("title"), value: schema.title, work: (title) => edit({ title: title || undefined }) }),
    textEntry({ label: say("titleEnglish"), value: schema.title_en, lang: "en", work: (title_en) => edit({ title_en: title_en || undefined }) }),
    make("p", { class: "setting" }, make("span", { class: "setting-label" }, say("formKey")), " ", make("code", {}, schema.id)),
    make("p", { class: "setting-help" }, say("formKeyHelp")),
  ];
}

/** Fill `place` with the settings of `field`; the form's own without one. */
export function showSettings(place, editor, field, others) {
  const again = () => showSettings(place, editor, field, others);
  const isForm = !field || field.type === "default";
  const heading = make("h2", { class: "setting-heading" }, say(isForm ? "form" : field.type));
  const given = isForm ? null : writer(editor, field, again);
  const entries = isForm ? formEntries(editor) : entriesOf(editor, others, given);
  const acts = isForm ? [] : [actions(editor, field, () => keysTaken(editor, others, null).all)];
  place.replaceChildren(heading, ...acts, ...entries.filter(Boolean));
}

