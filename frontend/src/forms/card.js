// How a question looks while the form is edited: its words and a sketch of its control. The words on a
// phone are drawn by the server, in the preview.
import { h } from "preact";
import { CHOICES, shapeOf } from "./types.js";
import { language, say, shown } from "./words.js";
import { sourceName } from "./sources.js";

const MOST_CHOICES = 5;

function inLanguage(field, name) {
  const english = field.properties?.[`${name}_en`];
  return shown((language === "en" && english) || field[name] || field.properties?.[name]);
}

export function icon(type) {
  return h("svg", { class: "form-card-icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: shapeOf(type) }));
}

function line(...children) {
  return h("span", { class: "form-card-control" }, ...children);
}

function choiceLines(field) {
  const source = sourceName(field);
  if (source) return [line(say("fromList", source))];
  const english = language === "en" ? (field.properties?.values_en ?? "").split("|") : [];
  const values = field.values ?? [];
  const lines = values.slice(0, MOST_CHOICES).map(({ label }, at) =>
    h("span", { class: `form-card-choice is-${field.type}` }, english[at]?.trim() || label));
  if (values.length > MOST_CHOICES) lines.push(h("span", { class: "form-card-more" }, say("tail", values.length - MOST_CHOICES)));
  return lines;
}

function control(field) {
  if (CHOICES.includes(field.type)) return choiceLines(field);
  if (field.type === "number") return [line(field.properties?.money === "fen" ? say("yuan") : " ")];
  if (field.type === "filepicker") return [line(say("pickFiles"))];
  if (field.type === "datetime") return [line(say(field.subtype === "datetime" ? "subtypeMoment" : "subtypeDate"))];
  if (field.type === "textarea") return [h("span", { class: "form-card-control is-high" })];
  return field.type === "checkbox" ? [] : [line(" ")];
}

function marks(field) {
  const depends = field.properties?.showField;
  return [
    !field.validate?.required && field.type !== "checkbox" ? h("span", { class: "form-card-optional" }, say("optional")) : null,
    depends ? h("span", { class: "form-card-mark" }, say("shownWhen")) : null,
  ];
}

function words(field) {
  const help = inLanguage(field, "help");
  return [
    h("span", { class: "form-card-label" }, icon(field.type), h("span", null, inLanguage(field, "label")), marks(field)),
    help ? h("span", { class: "form-card-help" }, help) : null,
  ];
}

/** Draw one question. */
export function card({ field }) {
  if (field.type === "separator") return h("div", { class: "form-card" }, h("hr"));
  if (field.type === "text") return h("div", { class: "form-card is-text" }, icon("text"), h("span", null, inLanguage(field, "text")));
  return h("div", { class: "form-card" }, words(field), control(field));
}

// form-js draws what stands in a group; ours are the heading and what to do with an empty one.
export function groupCard(original) {
  return (props) => {
    const { field } = props;
    const depends = field.properties?.showField;
    return h("div", { class: "form-card-group" },
      h("span", { class: "form-card-label" }, icon("group"), h("span", null, inLanguage(field, "label") || say("noHeading")),
        depends ? h("span", { class: "form-card-mark" }, say("shownWhen")) : null),
      h(original, { ...props, field: { ...field, label: "" } }),
      field.components?.length ? null : h("p", { class: "form-card-empty" }, say("emptyGroup")));
  };
}

export function rootCard(original) {
  return (props) => [
    h(original, props),
    props.field.components?.length ? null : h("p", { class: "form-card-empty" }, say("emptyForm")),
  ];
}
