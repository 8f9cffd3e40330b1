// Forms: error summary, fields that depend on others, counters, no double sending.
import { all, onContent } from "./page.js";
import { say } from "./messages.js";

function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const target = field.matches("input,select,textarea,button") ? field : field.querySelector("input,select,textarea,button") ?? field;
    (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  });
}

function valuesOf(form, name) {
  return [...form.elements]
    .filter((input) => input.name === name && !input.disabled)
    .filter((input) => isSingleTick(input) || !["checkbox", "radio"].includes(input.type) || input.checked)
    .map((input) => (isSingleTick(input) ? String(input.checked) : input.value));
}

function isSingleTick(input) {
  return input.type === "checkbox" && input.value === "y";
}

function showFields(form) {
  for (const field of form.querySelectorAll("[data-show-field]")) {
    const wanted = field.dataset.showValues.split(",").map((value) => value.trim());
    const shown = valuesOf(form, field.dataset.showField).some((value) => wanted.includes(value));
    field.hidden = !shown;
    // What is hidden, itself or with what it stands in, is not sent; the server drops it as well.
    field.querySelectorAll("input,select,textarea").forEach((input) => {
      input.disabled = Boolean(input.closest("[data-show-field][hidden]")) || input.hasAttribute("data-disabled");
    });
  }
}

function watchFields(form) {
  form.querySelectorAll("[data-show-field] :is(input,select,textarea):disabled").forEach((input) => input.setAttribute("data-disabled", ""));
  showFields(form);
  form.addEventListener("change", () => showFields(form));
}

function count(input, place) {
  const left = Number(input.dataset.counter) - [...input.value].length;
  place.textContent = left < 0 ? say("fieldOver", -left) : say("fieldLeft", left);
  place.classList.toggle("is-over", left < 0);
}

function watchLength(input) {
  const place = document.getElementById(`${input.id}-count`);
  if (!place) return;
  count(input, place);
  input.addEventListener("input", () => count(input, place));
}

function filterChoices(input) {
  const list = document.getElementById(input.dataset.filterChoices);
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase();
    for (const choice of list.children) {
      const kept = choice.querySelector("input:checked") || choice.textContent.toLowerCase().includes(words);
      choice.hidden = !kept;
    }
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

// The first sending wins; a second tap while it is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  (event.submitter ?? buttonsOf(form)[0])?.setAttribute("aria-busy", "true");
});

function release() {
  document.querySelectorAll("form[data-sending]").forEach((form) => {
    delete form.dataset.sending;
    buttonsOf(form).forEach((button) => button.removeAttribute("aria-busy"));
  });
}

// Coming back with the Back button, or after a piece of page was swapped, forms work again.
window.addEventListener("pageshow", release);
document.addEventListener("htmx:afterRequest", release);

onContent((root) => {
  focusErrors(root);
  all(root, "form").filter((form) => form.querySelector("[data-show-field]")).forEach(watchFields);
  all(root, "[data-counter]").forEach(watchLength);
  all(root, "[data-filter-choices]").forEach(filterChoices);
});
