// The studio: <div id="studio" data-content="…" data-lint="…" …> becomes an editor of diagrams, forms and tables.
import { announce } from "./messages.js";
import { make } from "./page.js";
import { Draft } from "./studio/draft.js";
import { ask } from "./studio/server.js";
import { Shell } from "./studio/shell.js";
import { missing, translate } from "./studio/translate.js";
import { say } from "./studio/words.js";

async function start(root) {
  try {
    const draft = new Draft(await ask(root.dataset.content));
    const shell = new Shell(root, draft);
    await shell.begin();
    // For those who look after a page: what is on it, and which words have no translation.
    root.studio = { draft, shell, modeler: shell.board.modeler, translate, missing };
    root.classList.add("is-ready");
  } catch (problem) {
    console.warn(problem);
    announce(say("loadFailed"));
    root.replaceChildren(make("p", { class: "flash flash-danger", role: "alert" }, say("loadFailed")));
  }
}

const root = document.getElementById("studio");
if (root) start(root);
