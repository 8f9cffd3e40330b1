// Pages that follow one another in place, like the leaves of a pad: each is put on top of the one before,
// and the Back button of the phone takes it off again. Nothing is kept longer than the tab is open.
const leaves = [];
let shown = 0;

function content() {
  return document.getElementById("content");
}

function put(at) {
  shown = at;
  content().replaceWith(leaves[at].content);
  document.title = leaves[at].title;
  scrollTo(0, 0);
}

/** Show the page `html` in place of the present one; `instead`: the present one is wrong, it is not come back to. */
export function leaf(html, { instead = false } = {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!leaves.length) {
    leaves.push({ content: content(), title: document.title });
    history.replaceState({ leaf: 0 }, "");
  }
  const at = instead ? shown : shown + 1;
  leaves.splice(at, leaves.length, { content: document.adoptNode(page.getElementById("content")), title: page.title });
  if (!instead) history.pushState({ leaf: at }, "");
  put(at);
  content().focus({ preventScroll: true });
  // Everything that sets up a piece of page listens to this.
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: content() } }));
}

window.addEventListener("popstate", (event) => {
  const at = event.state?.leaf;
  if (leaves[at]) put(at);
});
