// Lists that the organisation gives: its members, its places, its checklist.
import { say } from "./words.js";

export const ROLES = ["verifier", "rectifier", "acceptor", "approver", "finance", "union", "principal", "administrator", "reporter"];
const LISTS = { place: "sourcePlace", checklist: "sourceChecklist", conditions: "sourceConditions", lookalike: "sourceLookalike" };

function listName(name) {
  return name in LISTS ? say(LISTS[name]) : say("sourceOther", name);
}

function peopleName(role) {
  return say("sourcePeople", ROLES.includes(role) ? say(role) : role);
}

/** Say where the choices of a question come from; "" when it lists them itself. */
export function sourceName({ properties = {} }) {
  if (properties.people) return peopleName(properties.people);
  return properties.options ? listName(properties.options) : "";
}

/** Give the source of a question as one word: "" · "people:role" · "options:name". */
export function sourceOf({ properties = {} }) {
  if (properties.people) return `people:${properties.people}`;
  return properties.options ? `options:${properties.options}` : "";
}

/** Give [word, name] of every source a question may have, the one it has among them. */
export function sourcesFor(field) {
  const own = ["", say(field.type === "textfield" ? "sourceSuggest" : "sourceOwn")];
  const lists = Object.keys(LISTS).map((name) => [`options:${name}`, listName(name)]);
  const people = field.type === "textfield" ? [] : ROLES.map((role) => [`people:${role}`, peopleName(role)]);
  const known = [own, ...lists, ...people];
  const now = sourceOf(field);
  return known.some(([word]) => word === now) ? known : [...known, [now, sourceName(field)]];
}

/** Give the settings that name a source. */
export function settingsOf(word) {
  const [kind, name] = word.split(":");
  return { people: kind === "people" ? name : undefined, options: kind === "options" ? name : undefined };
}

/** Give [name, words] of the lists that a group may be asked for each of. */
export function listsFor(now) {
  const known = ["conditions", "checklist", "place"];
  const names = now && !known.includes(now) ? [...known, now] : known;
  return [["", say("eachNone")], ...names.map((name) => [name, listName(name)])];
}
