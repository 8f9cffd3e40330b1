// Walking through a case event by event: keys, playing by itself, the open step kept in sight. The server gives each
// moment as a page with links; this only follows them.
import { all, onContent } from "./page.js";

const PAUSE = 1500;
const KEYS = { ArrowLeft: "replay-back", ArrowRight: "replay-on", Home: "replay-first", End: "replay-last" };
let timer = 0;
let playing = false;

function follow(id) {
  const link = document.getElementById(id);
  link?.click();
  return Boolean(link);
}

function step() {
  if (!playing || !follow("replay-on")) play(false);
}

function play(on) {
  playing = on && Boolean(document.getElementById("replay-on"));
  clearTimeout(timer);
  if (playing) timer = setTimeout(step, PAUSE);
  for (const button of document.querySelectorAll("[data-replay-play]")) button.setAttribute("aria-pressed", String(playing));
}

// On a small screen a diagram is wider than its frame: what happened, or is open, comes into its middle.
function lookAt(frame) {
  const element = frame.querySelector(".is-just, .is-open");
  if (!element) return;
  const place = element.getBoundingClientRect();
  const room = frame.getBoundingClientRect();
  frame.scrollLeft += place.left + place.width / 2 - room.left - room.width / 2;
}

function isElsewhere(target) {
  return target.closest("input, textarea, select, .drawn-frame, dialog") || !document.querySelector("[data-replay]");
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isElsewhere(event.target)) return;
  if (event.key === " " && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    play(!playing);
  } else if (event.key in KEYS) {
    event.preventDefault();
    play(false);
    follow(KEYS[event.key]);
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-replay-play]")) play(!playing);
});

onContent((root) => {
  all(root, ".drawn-frame").forEach(lookAt);
  const [replay] = all(root, "[data-replay]");
  if (!replay) return;
  const said = document.querySelector("[data-replay-said]");
  if (said && root !== document) said.textContent = replay.querySelector(".timeline-what")?.textContent ?? "";
  play(playing);
});
