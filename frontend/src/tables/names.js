// Names for what dmn-js leaves without one, so that a screen reader can say it.
import { all, make } from "../page.js";
import { say } from "./words.js";

function named(place, selector, name) {
  for (const one of all(place, selector)) {
    if (!one.getAttribute("aria-label")) one.setAttribute("aria-label", name(one));
  }
}

function cellName(cell) {
  const row = cell.closest("tr")?.querySelector(".rule-index")?.textContent.trim() ?? "";
  const head = cell.closest("table")?.querySelector(`thead [data-col-id="${CSS.escape(cell.dataset.colId ?? "")}"] .input-label, thead [data-col-id="${CSS.escape(cell.dataset.colId ?? "")}"] .output-label`);
  return `${row} ${head?.textContent.trim() ?? ""}`.trim() || say("tables");
}

function name(place, title) {
  for (const head of all(place, "th.index-column:empty")) head.append(make("span", { class: "visually-hidden" }, say("rules")));
  named(place, "table.tjs-table", () => say("table", title()));
  named(place, "td [contenteditable], td .cm-content, td textarea", (one) => cellName(one.closest("td")));
  named(place, ".decision-table-name [contenteditable], h3.decision-table-name", () => say("tables"));
  named(place, "input, textarea, select", (one) => one.placeholder || one.title || say("tables"));
}

/** Keep names on everything in `place`; gives how to stop. */
export function nameAll(place, title) {
  const observer = new MutationObserver(() => name(place, title));
  observer.observe(place, { childList: true, subtree: true });
  name(place, title);
  return () => observer.disconnect();
}
