// What is changed in the libraries of bpmn.io while they are bundled: nothing of theirs may need more
// than the pages' policy gives (no style attribute in a piece of HTML), and all of it speaks Chinese.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const STYLE = / style="([^"]*)"/g;

// fill:none;stroke-width:100 → fill="none" stroke-width="100": what a drawing may say without a style.
function asAttributes(_whole, declarations) {
  const parts = declarations.split(";").map((one) => one.split(":")).filter(([name, value]) => name && value);
  return parts.map(([name, value]) => ` ${name.trim()}="${value.trim()}"`).join("");
}

/** The pictures of aligning and distributing say their colours as attributes. */
export const plainIcons = {
  name: "plain-icons",
  setup(bundler) {
    bundler.onLoad({ filter: /(Align|Distribute)ElementsIcons\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(STYLE, asAttributes),
      loader: "js",
    }));
  },
};

/** The simulation makes its HTML by our own `domify`, which sets styles by script and translates. */
export const ownDomify = {
  name: "own-domify",
  setup(bundler) {
    const ours = join(here, "src", "studio", "domify.js");
    bundler.onResolve({ filter: /^min-dom$/ }, ({ importer }) =>
      importer.includes("bpmn-js-token-simulation") ? { path: ours } : null);
  },
};

// form-js comes with two copies of preact, and its hooks work in one only: all of it gets the editor's.
const FORMS = /@bpmn-io.form-js-(editor|viewer)|src.forms/;

export const onePreact = {
  name: "one-preact",
  setup(bundler) {
    const resolveDir = join(here, "node_modules", "@bpmn-io", "form-js-editor");
    bundler.onResolve({ filter: /^preact(\/|$)/ }, ({ path, importer, kind, pluginData }) => {
      if (pluginData === "resolved" || !FORMS.test(importer)) return undefined;
      return bundler.resolve(path, { resolveDir, kind, pluginData: "resolved" });
    });
  },
};
