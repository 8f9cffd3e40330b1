// What an answer has to be: how long, how big, when, which file; and what stands there at first.
import { numberEntry, selectEntry, textEntry, tickEntry } from "./entries.js";
import { sourceOf } from "./sources.js";
import { choicesOf } from "./choices.js";
import { language, say } from "./words.js";

const ACCEPTED = ["image/*", "image/*,.pdf"];

export function lengths({ field, rule }) {
  if (!["textfield", "textarea"].includes(field.type)) return [];
  const { minLength, maxLength, pattern } = field.validate ?? {};
  return [
    numberEntry({ label: say("minLength"), value: minLength, whole: true, work: (number) => rule({ minLength: number }) }),
    numberEntry({ label: say("maxLength"), value: maxLength, whole: true, work: (number) => rule({ maxLength: number }) }),
    textEntry({ label: say("pattern"), value: pattern, lang: "en", work: (text) => rule({ pattern: text }) }),
  ];
}

// Bounds of an amount are kept in fen, as the amount is, and typed in yuan.
function bound(name, { field, rule }) {
  const isMoney = field.properties?.money === "fen";
  const kept = field.validate?.[name === "minimum" ? "min" : "max"];
  const work = (number) => rule({ [name === "minimum" ? "min" : "max"]: isMoney && number !== undefined ? Math.round(number * 100) : number });
  return numberEntry({ label: say(name), value: isMoney && kept !== undefined ? kept / 100 : kept, unit: isMoney ? say("yuan") : "", work });
}

export function numbers(given) {
  const { field, settings, setting, edit, again } = given;
  if (field.type !== "number") return [];
  const isMoney = settings.money === "fen";
  const digits = numberEntry({ label: say("digits"), value: field.decimalDigits, whole: true, work: (number) => edit({ decimalDigits: number }) });
  const money = (on) => { setting({ money: on ? "fen" : undefined }); again(); };
  return [
    tickEntry({ label: say("money"), value: isMoney, help: say("moneyHelp"), work: money }),
    bound("minimum", given), bound("maximum", given), isMoney ? null : digits,
  ];
}

export function dates({ field, edit }) {
  if (field.type !== "datetime") return [];
  const options = [["date", say("subtypeDate")], ["datetime", say("subtypeMoment")]];
  return [selectEntry({ label: say("subtype"), value: field.subtype ?? "date", options, work: (subtype) => edit({ subtype }) })];
}

export function accept({ field, settings, setting, edit }) {
  if (field.type !== "filepicker") return [];
  const options = [["image/*", say("acceptPictures")], ["image/*,.pdf", say("acceptBoth")]];
  const now = field.accept || ACCEPTED[1];
  if (!ACCEPTED.includes(now)) options.push([now, now]);
  return [
    tickEntry({ label: say("multiple"), value: field.multiple, work: (on) => edit({ multiple: on || undefined }) }),
    tickEntry({ label: say("photo"), value: settings.photo === "true", work: (on) => setting({ photo: on ? "true" : undefined }) }),
    selectEntry({ label: say("accept"), value: now, options, work: (word) => edit({ accept: word }) }),
  ];
}

export function presets({ field, edit }) {
  const work = (value) => edit({ defaultValue: value === "" ? undefined : value });
  if (field.type === "checkbox") {
    return [tickEntry({ label: say("presetTick"), value: field.defaultValue === true, work: (on) => work(on || "") })];
  }
  if (["textfield", "textarea"].includes(field.type)) {
    return [textEntry({ label: say("presetText"), value: field.defaultValue, work })];
  }
  if (!["select", "radio"].includes(field.type) || sourceOf(field)) return [];
  const choices = choicesOf(field).map(({ value, label, english }) => [value, (language === "en" && english) || label]);
  return [selectEntry({ label: say("preset"), value: field.defaultValue, options: [["", say("presetNone")], ...choices], work })];
}
