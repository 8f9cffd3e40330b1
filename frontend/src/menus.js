// Menus (<details class="menu">), the sheet of all places on a phone, the theme, copying, saving.
import { announce, say } from "./messages.js";
import { make } from "./page.js";

function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
}

const sheet = () => document.getElementById("places");
const sheetButton = () => document.querySelector("[data-open-sheet]");

function showSheet(open) {
  sheet()?.classList.toggle("is-open", open);
  sheetButton()?.setAttribute("aria-expanded", String(open));
  if (open) sheet().querySelector("a, button").focus();
}

function closeSheet(giveFocusBack) {
  if (!sheet()?.classList.contains("is-open")) return;
  showSheet(false);
  if (giveFocusBack) sheetButton().focus();
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    announce(say("copied"));
  } catch {
    getSelection().selectAllChildren(source);
    announce(say("copyFailed"));
  }
}

// The text never leaves the phone: it is made into a file here, without an address.
function save(button) {
  const text = document.querySelector(button.dataset.save).textContent;
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" })), download: button.dataset.saveName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function toggleFilters(button) {
  const open = button.closest(".filters").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
}

function markTheme() {
  const { theme } = document.documentElement.dataset;
  document.querySelectorAll("[data-choose-theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.chooseTheme === theme));
  });
}

function onClick(event) {
  closeMenus(event.target.closest("details.menu"));
  const button = event.target.closest("[data-open-sheet],[data-close-sheet],[data-copy],[data-save],[data-choose-theme],[data-print],[data-toggle-filters]");
  if (!button) {
    if (!event.target.closest("#places")) closeSheet(false);
    return;
  }
  if (button.matches("a")) event.preventDefault();
  if (button.matches("[data-open-sheet]")) showSheet(!sheet().classList.contains("is-open"));
  if (button.matches("[data-close-sheet]")) closeSheet(true);
  if (button.matches("[data-copy]")) copy(button);
  if (button.matches("[data-save]")) save(button);
  if (button.matches("[data-print]")) print();
  if (button.matches("[data-toggle-filters]")) toggleFilters(button);
  if (button.matches("[data-choose-theme]")) {
    document.dispatchEvent(new CustomEvent("bihuan:choose-theme", { detail: button.dataset.chooseTheme }));
  }
}

document.addEventListener("click", onClick);
document.addEventListener("bihuan:theme", markTheme);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  closeSheet(true);
});
markTheme();
