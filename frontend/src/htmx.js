// htmx, without the parts a strict content security policy forbids.
import htmx from "htmx.org";
import { csrfToken } from "./page.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
// A piece of another page brings no title with it.
htmx.config.ignoreTitle = true;
// A refused form comes back as the page that says why.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true, error: true },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

window.htmx = htmx;
