// A span or a moment by plain choice: a number with a unit, a field, or an expression as it stands.
import { row, select, text } from "../controls.js";
import { quoted, unquoted } from "../settings.js";
import { say } from "../words.js";

const UNITS = ["wd", "d", "h"];
const SHAPES = [
  [/^(\d+)wd$/, "wd"],
  [/^(?:(\d+)d|P(\d+)D)$/, "d"],
  [/^(?:(\d+)h|PT(\d+)H)$/, "h"],
];

/** Read "3wd", "PT24H" … as {count, unit}, or null. */
export function readSpan(source) {
  for (const [shape, unit] of SHAPES) {
    const found = shape.exec(source ?? "");
    if (found) return { count: Number(found[1] ?? found[2]), unit };
  }
  return null;
}

/** Write a span as the engine reads it. */
export const writeSpan = ({ count, unit }) => (unit === "h" ? `PT${count}H` : `${count}${unit}`);

export const unitOptions = () => UNITS.map((value) => ({ value, label: say(`unit_${value}`) }));

export function spanControl({ label, name, span, change, help }) {
  const now = { ...span };
  const put = () => { if (now.count > 0) change(writeSpan(now)); };
  return row(
    text({ label, name, type: "number", min: 1, value: now.count, help, change: (value) => { now.count = Math.floor(Number(value)); put(); } }),
    select({ label: say("unit"), name: `${name}-unit`, value: now.unit, options: unitOptions(), change: (unit) => { now.unit = unit; put(); } }),
  );
}

/** Give what a field may hold that is a moment: dates, and what a table calls a deadline. */
export const timeFields = (fields) => fields.filter((one) => one.kind === "date" || /(_due|_on|_at|_limit)$|^due/.test(one.key));

/** Read a timer's expression: {way: span|field|other, span, field}. */
export function readTimer(source) {
  const inner = /^\s*due_in\((.*)\)\s*$/s.exec(source ?? "")?.[1] ?? source ?? "";
  const literal = unquoted(inner);
  const span = literal === null ? null : readSpan(literal);
  if (span) return { way: "span", span };
  if (/^[A-Za-z_]\w*$/.test(inner.trim())) return { way: "field", field: inner.trim() };
  return { way: source ? "other" : "span", span: { count: 3, unit: "wd" } };
}

/** Write a timer's expression for a span's text or a field's name. */
export const timerFor = (span) => `due_in(${quoted(span)})`;
export const timerForField = (field) => `due_in(${field})`;
