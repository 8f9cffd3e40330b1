// What a cell may name: the functions of S-FEEL that the engine knows (docs/modelling.md), and fields.
const FUNCTIONS = [
  "abs", "ceiling", "contains", "count", "date", "date and time", "decimal", "duration", "ends with", "floor", "list contains", "lower case",
  "max", "min", "not", "now", "number", "starts with", "string", "string length", "sum", "time", "today", "upper case",
];

/** Give the functions as the text editor of a cell takes them. */
export const builtins = FUNCTIONS.map((name) => ({ name, type: "function" }));

/** Give the fields of the forms as what may be named in an expression. */
export function variables(fields) {
  return fields.map(({ key, label }) => ({ name: key, info: label, detail: label }));
}
