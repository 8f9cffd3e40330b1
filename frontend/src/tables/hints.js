// What a cell means, in words beside what is written: amounts in yuan, choices by their labels.
import { language, say } from "./words.js";

const NUMBERS = /\d+(\.\d+)?/g;
const TEXTS = /"([^"]*)"/g;

/** Give the name of the field that a column asks for or gives. */
export function fieldName(column) {
  if (column.$type === "dmn:InputClause") return column.inputExpression?.text?.trim() ?? "";
  return column.name ?? "";
}

export function isMoney(column) {
  return fieldName(column).endsWith("_fen");
}

function yuan(fen) {
  return (Number(fen) / 100).toLocaleString(language === "en" ? "en" : "zh-CN", { minimumFractionDigits: 2 });
}

function money(text) {
  const amounts = text.match(NUMBERS);
  // Sums and products are left alone: only an amount or a comparison with one is said in yuan.
  if (!amounts || /[*/a-z]/i.test(text.replace(/date|time/g, "*"))) return "";
  return say("yuan", text.replace(NUMBERS, yuan));
}

function labels(text, values) {
  const known = new Map(values.map(({ value, label }) => [value, label]));
  const found = [...text.matchAll(TEXTS)].map(([, value]) => value);
  if (!found.length || !found.every((value) => known.has(value))) return "";
  const said = found.map((value) => known.get(value)).join(say("or"));
  return text.trim().startsWith("not(") ? say("not", said) : said;
}

/** Say what `text` means in that column; "" when it says so itself. */
export function hintOf(column, text, fields) {
  const plain = (text ?? "").trim();
  if (!plain || plain === "-") return "";
  if (isMoney(column)) return money(plain);
  if (plain === "true" || plain === "false") return language === "en" ? "" : say(plain === "true" ? "yes" : "no");
  const field = fields.find(({ key }) => key === fieldName(column));
  return field ? labels(plain, field.values ?? []) : "";
}

function textOf(cell) {
  return cell.querySelector(".cm-content,[contenteditable]")?.textContent ?? cell.textContent;
}

function hintCells(place, viewer, fields) {
  const registry = viewer.get("elementRegistry");
  for (const cell of place.querySelectorAll("td[data-col-id]")) {
    const column = registry.get(cell.dataset.colId)?.businessObject;
    if (!column || !["dmn:InputClause", "dmn:OutputClause"].includes(column.$type)) continue;
    const hint = hintOf(column, textOf(cell), fields);
    if (hint === (cell.dataset.hint ?? "")) continue;
    if (hint) cell.dataset.hint = hint;
    else delete cell.dataset.hint;
  }
}

/** Keep the hints of a table up to date; gives how to stop. */
export function hintTable(place, viewer, fields) {
  const draw = () => hintCells(place, viewer, fields);
  const observer = new MutationObserver(draw);
  observer.observe(place, { childList: true, subtree: true, characterData: true });
  draw();
  return () => observer.disconnect();
}
