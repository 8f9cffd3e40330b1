// The decision table editor. Loaded by the studio.
//
//   const opened = await window.bihuanTables.open(container, {key, text, onChange(text), fields, readOnly})
//   opened.destroy()                        takes it away; nothing is told after
//   window.bihuanTables.blank(key, title)   the text of a table with one condition and one result
//
// onChange is told of real changes only; what was taken back is told as the text that was opened.
// fields are those of the forms (fields.js): offered as conditions, and their labels said beside values.
import { blank } from "./tables/document.js";
import { open } from "./tables/editor.js";
import { missing } from "./tables/translate.js";

window.bihuanTables = { open, blank, missing };
