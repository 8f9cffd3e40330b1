// Runs before the first paint: sets light or dark, so that nothing flashes, and says that scripts run.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function wanted() {
  try {
    return localStorage.getItem("bihuan.theme") || "auto";
  } catch {
    return "auto";
  }
}

function apply() {
  const theme = wanted();
  const shown = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  root.dataset.bsTheme = shown;
  root.dataset.theme = theme;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", shown === "dark" ? "#1a2220" : "#ffffff");
  document.dispatchEvent(new CustomEvent("bihuan:theme", { detail: { theme, shown } }));
}

root.classList.add("js");
apply();
dark.addEventListener("change", apply);
window.addEventListener("storage", apply);
document.addEventListener("bihuan:choose-theme", (event) => {
  try {
    localStorage.setItem("bihuan.theme", event.detail);
  } catch {
    // Storage is forbidden in this browser: the choice lasts for this page.
  }
  apply();
});
