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

const INSTEAD = [
  ["${ entriesToShow.length === 1 ? 'result' : 'results' } found", "${ document.documentElement.lang.startsWith('en') ? 'found' : '项' }"],
  ["title || 'Search'", "title || (document.documentElement.lang.startsWith('en') ? 'Search' : '查找')"],
  ["title || 'Results'", "title || (document.documentElement.lang.startsWith('en') ? 'Results' : '可选的')"],
];

/** What menus say without asking for a translation. */
export const saidInMenus = {
  name: "said-in-menus",
  setup(bundler) {
    bundler.onLoad({ filter: /PopupMenuComponent\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [theirs, ours] of INSTEAD) {
        if (!contents.includes(theirs)) throw new Error(`${path} no longer says ${theirs}`);
        contents = contents.replace(theirs, ours);
      }
      return { contents, loader: "js" };
    });
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

/** dmn-js makes its HTML by our own `domify`, which sets styles by script. */
export const ownTableDomify = {
  name: "own-table-domify",
  setup(bundler) {
    const ours = join(here, "src", "tables", "domify.js");
    bundler.onResolve({ filter: /^min-dom$/ }, ({ importer }) =>
      /node_modules.(dmn-js|table-js)/.test(importer) ? { path: ours } : null);
  },
};

// A library that was changed so that there is nothing to mend has to be looked at anew.
function mended(path, was, is) {
  const text = readFileSync(path, "utf8");
  if (!was.test(text)) throw new Error(`${path}: ${was} is no longer there`);
  return { contents: text.replace(was, is), loader: "js" };
}

function mending(name, filter, was, is) {
  return { name, setup: (bundler) => bundler.onLoad({ filter }, ({ path }) => mended(path, was, is)) };
}

/** The styles of text editors are adopted by the page, instead of standing in it, which it forbids. */
export const adoptedStyles = mending("adopted-styles", /style-mod\.js$/, /!root\.head && (?=root\.adoptedStyleSheets)/, "");

/** The type of a column is chosen by its name; the engine knows no others than those offered. */
export const namedTypes = mending("named-types", /TypeRefCellContextMenu\.js$/, /"value": typeRef/, '"value": typeRef, "noInput": true');

/** A cell offers fields and functions, not the boxes of code that our part of FEEL has not. */
export const plainFeel = mending("plain-feel", /feel-editor.dist.index\.js$/, /,\s*snippetCompletions\(\),\s*\.\.\.keywordCompletions/, "");
