// Lists: column names on the cards of a phone, and one-key movement (WCAG 2.1.4: it can be turned off).
import { all, make, onContent } from "./page.js";
import { ask } from "./dialogs.js";
import { say } from "./messages.js";

function nameCells(table) {
  const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    [...row.cells].forEach((cell, at) => {
      if (cell.colSpan === 1 && !cell.hasAttribute("data-label")) cell.dataset.label = names[at] ?? "";
    });
  }
}

function items() {
  return [...document.querySelectorAll("[data-item]")].filter((item) => item.offsetParent);
}

function move(step) {
  const links = items().map((item) => (item.matches("a") ? item : item.querySelector("a[href]"))).filter(Boolean);
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  next?.focus();
}

function keysAreOff() {
  try {
    return localStorage.getItem("bihuan.keys") === "off";
  } catch {
    return false;
  }
}

async function help() {
  const lines = [["j", "keysNext"], ["k", "keysPrevious"], ["Enter", "keysOpen"], ["/", "keysSearch"], ["?", "keysThis"]];
  const list = make("dl", { class: "keys" });
  lines.forEach(([key, text]) => list.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, say(text))));
  const off = keysAreOff();
  const answer = await ask(say("keysHelp"), [list], [
    { value: "toggle", text: say(off ? "keysOn" : "keysOff"), style: "btn-outline-secondary" },
    { value: "", text: say("close"), style: "btn-primary" },
  ]);
  if (answer === "toggle") localStorage.setItem("bihuan.keys", off ? "on" : "off");
}

function isTyping(target) {
  return target.matches("input, select, textarea, [contenteditable], dialog *");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "?") help();
  if (keysAreOff()) return;
  if (event.key === "j") move(1);
  if (event.key === "k") move(-1);
  const search = event.key === "/" && document.querySelector("[data-search]");
  if (search) {
    event.preventDefault();
    if (!search.offsetParent) search.closest(".filters")?.querySelector("[data-toggle-filters]").click();
    search.focus();
  }
});

document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) help(); });

onContent((root) => all(root, "table.table-cards").forEach(nameCells));
