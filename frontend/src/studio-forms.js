// The form editor: kinds of question, the form, settings and preview side by side. Loaded by the studio.
//
//   const opened = await window.bihuanForms.open(container, {key, text, onChange(text), fields, readOnly, preview})
//   opened.destroy()                       takes it away; what was typed last is told first
//   window.bihuanForms.blank(key, title)   the text of a form that asks nothing yet
//
// onChange is told of real changes only. fields are those of the other forms and tables (fields.js);
// preview is the address that draws a form, else #studio's data-preview.
import { blank } from "./forms/document.js";
import { open } from "./forms/editor.js";

window.bihuanForms = { open, blank };
