// Conditions as rows — field, operator, value, joined by "and" or "or" — and as the expression language writes
// them. What rows cannot say is left to the text.
const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const VALUE = String.raw`"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false|True|False`;
const COMPARED = new RegExp(`^(${NAME})\\s*(==|!=|<=|>=|<|>)\\s*(${VALUE})$`);
const BARE = new RegExp(`^(not\\s+)?(${NAME})$`);
const EMPTY = new RegExp(`^(${NAME})\\s+is\\s+(not\\s+)?null$`);
const CONTAINS = new RegExp(`^(not\\s+)?contains\\((${NAME}),\\s*(${VALUE})\\)$`);
const AMONG = new RegExp(`^(${NAME})\\s+(not\\s+)?in\\s+\\[([^\\]]*)\\]$`);

/** Cut a text at a word that stands outside quotation marks and brackets; the parts are trimmed. */
function cut(source, word) {
  const parts = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (quote) {
      if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    else if (!depth && source.slice(at).match(new RegExp(`^${word}\\b`)) && /\s/.test(source[at - 1] ?? "")) {
      parts.push(source.slice(from, at));
      from = at + word.length;
      at = from - 1;
    }
  }
  return [...parts, source.slice(from)].map((one) => one.trim());
}

const plain = (value) => (/^["']/.test(value) ? value.slice(1, -1) : value.replace("True", "true").replace("False", "false"));

// How a value was written is kept for fields that nothing is known of.
const unquoted = (value) => (/^["']/.test(value) ? {} : { isPlain: true });

function readRow(source) {
  let found = COMPARED.exec(source);
  if (found) return { field: found[1], operator: found[2], value: plain(found[3]), ...unquoted(found[3]) };
  found = CONTAINS.exec(source);
  if (found) return { field: found[2], operator: found[1] ? "lacks" : "contains", value: plain(found[3]) };
  found = EMPTY.exec(source);
  if (found) return { field: found[1], operator: found[2] ? "filled" : "empty", value: "" };
  found = AMONG.exec(source);
  const values = found && cut(`${found[3]} `, ",").length ? found[3].split(",").map((one) => one.trim()) : null;
  if (values?.every((one) => new RegExp(`^(?:${VALUE})$`).test(one))) return { field: found[1], operator: found[2] ? "not in" : "in", value: values.map(plain).join(",") };
  found = BARE.exec(source);
  if (found && !["true", "false", "null", "and", "or", "not"].includes(found[2])) return { field: found[2], operator: "==", value: found[1] ? "false" : "true", isPlain: true };
  return null;
}

/** Read an expression as {join: "and"|"or", rows}, or null when it says more than rows can. */
export function readCondition(source) {
  const text = (source ?? "").trim();
  if (!text) return { join: "and", rows: [] };
  for (const join of ["and", "or"]) {
    const rows = cut(text, join).map(readRow);
    if (rows.every(Boolean)) return { join, rows };
  }
  return null;
}

/** Say whether a field's values are written without quotation marks. */
const isBare = (field) => ["number", "boolean"].includes(field?.kind);

function writeValue(value, field) {
  if (isBare(field) && /^(-?\d+(\.\d+)?|true|false)$/.test(value)) return value;
  return `"${String(value).replace(/["\\]/g, "")}"`;
}

/** Write one row; `field` is what is known of the field it names. */
export function writeRow({ field: key, operator, value, isPlain }, known) {
  const field = known ?? (isPlain ? { kind: /^(true|false)$/.test(value) ? "boolean" : "number" } : undefined);
  if (operator === "empty") return `${key} is null`;
  if (operator === "filled") return `${key} is not null`;
  if (operator === "contains") return `contains(${key}, ${writeValue(value, field)})`;
  if (operator === "lacks") return `not contains(${key}, ${writeValue(value, field)})`;
  if (operator === "in" || operator === "not in") {
    const values = value.split(",").map((one) => one.trim()).filter(Boolean);
    return `${key} ${operator} [${values.map((one) => writeValue(one, field)).join(", ")}]`;
  }
  if (field?.kind === "boolean" && operator === "==" && value === "true") return key;
  if (field?.kind === "boolean" && operator === "==" && value === "false") return `not ${key}`;
  return `${key} ${operator} ${writeValue(value, field)}`;
}

export function writeCondition({ join, rows }, fields) {
  return rows.map((row) => writeRow(row, fields.find((one) => one.key === row.field))).join(` ${join} `);
}

/** Give the operators that make sense for a field. */
export function operatorsFor(field) {
  if (field?.kind === "boolean") return ["=="];
  if (["choices", "files"].includes(field?.kind) || field?.multiple) return ["contains", "lacks"];
  if (field?.choices?.length) return ["==", "!=", "in", "not in", "empty", "filled"];
  if (field?.kind === "number") return ["==", "!=", "<", "<=", ">", ">=", "empty", "filled"];
  if (field?.kind === "date") return ["==", "<", "<=", ">", ">=", "empty", "filled"];
  return ["==", "!=", "contains", "lacks", "empty", "filled"];
}
