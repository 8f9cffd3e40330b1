// Which fields of its form a task may write, only read, or does not see.
import { make } from "../../page.js";
import { note, section } from "../controls.js";
import { listSetting, set, setting } from "../settings.js";
import { readForm } from "../catalogue.js";
import { say } from "../words.js";

const RIGHTS = ["write", "readonly", "hidden"];

function choice(field, right, now, change) {
  const input = make("input", { type: "radio", class: "form-check-input", name: `right-${field.key}`, value: right, "aria-label": `${field.label}：${say(`right_${right}`)}` });
  input.checked = now === right;
  input.addEventListener("change", () => change(right));
  return make("td", {}, make("label", { class: "studio-cell" }, input));
}

export function rights({ modeler, draft, element }) {
  const form = setting(element, "formKey");
  const fields = readForm(draft.text("form", form)).fields;
  if (!fields.length) return null;
  const named = { readonly: new Set(listSetting(element, "readonly")), hidden: new Set(listSetting(element, "hidden")) };
  const of = (key) => (named.hidden.has(key) ? "hidden" : named.readonly.has(key) ? "readonly" : "write");
  const put = (key, right) => {
    for (const name of ["readonly", "hidden"]) {
      named[name].delete(key);
      if (right === name) named[name].add(key);
    }
    set(modeler, element, { readonly: [...named.readonly].join(","), hidden: [...named.hidden].join(",") });
  };
  const head = make("tr", {}, make("th", { scope: "col" }, say("field")), ...RIGHTS.map((right) => make("th", { scope: "col" }, say(`right_${right}`))));
  const rows = fields.map((field) => make("tr", {},
    make("th", { scope: "row" }, field.label), ...RIGHTS.map((right) => choice(field, right, of(field.key), (value) => put(field.key, value)))));
  const table = make("table", { class: "studio-rights" }, make("caption", { class: "visually-hidden" }, say("partRights")), make("thead", {}, head), make("tbody", {}, ...rows));
  return section("rights", say("partRights"), [note(say("rightsHelp")), table], { open: named.readonly.size + named.hidden.size > 0 });
}
