// Builds web/static/dist from src/ and styles/: one file an entry, its content's hash in the name,
// and manifest.json from plain name to built name. The same sources give the same bytes.
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { compile, Logger } from "sass";
import { adoptedStyles, namedTypes, onePreact, ownDomify, ownTableDomify, plainFeel, plainIcons, saidInMenus } from "./plugins.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "web", "static", "dist");
// Built beside and put in place at the end: a build that fails leaves the pages as they were.
const making = `${target}.new`;

// Bootstrap 5.3 still speaks Sass's older dialect; its warnings are not ours to mend.
const OLDER_DIALECT = ["import", "global-builtin", "color-functions", "if-function"];

const scss = {
  name: "scss",
  setup(bundler) {
    bundler.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css, loadedUrls } = compile(path, {
        loadPaths: [join(here, "node_modules")],
        quietDeps: true,
        silenceDeprecations: OLDER_DIALECT,
        logger: Logger.silent,
      });
      const watchFiles = loadedUrls.map((url) => fileURLToPath(url));
      return { contents: css, loader: "css", resolveDir: dirname(path), watchFiles };
    });
  },
};

function manifestOf(outputs) {
  const entries = Object.entries(outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([path, output]) => {
      const built = basename(path);
      const plain = basename(output.entryPoint).replace(/\.scss$/, ".css");
      return [plain, built];
    });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function report(file) {
  const bytes = readFileSync(join(target, file));
  const kb = (size) => (size / 1024).toFixed(1).padStart(7);
  console.log(`${kb(bytes.length)} kB ${kb(gzipSync(bytes).length)} kB gzip  ${file}`);
}

rmSync(making, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: [
    "src/theme.js",
    "src/app.js",
    "src/report.js",
    "src/viewer.js",
    "src/compare.js",
    "src/charts.js",
    "src/studio-forms.js",
    "src/studio-tables.js",
    "src/studio.js",
    "styles/app.scss",
    "styles/viewer.scss",
    "styles/studio-forms.scss",
    "styles/studio-tables.scss",
    "styles/studio.scss",
  ],
  entryNames: "[name]-[hash]",
  outdir: making,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  legalComments: "linked",
  target: ["chrome94", "firefox94", "safari15.4"],
  metafile: true,
  loader: { ".woff2": "file", ".woff": "file" },
  assetNames: "[name]-[hash]",
  plugins: [scss, plainIcons, saidInMenus, ownDomify, onePreact, ownTableDomify, adoptedStyles, namedTypes, plainFeel],
  logLevel: "warning",
});
const manifest = manifestOf(metafile.outputs);
writeFileSync(join(making, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
rmSync(target, { recursive: true, force: true });
renameSync(making, target);
readdirSync(target).filter((file) => statSync(join(target, file)).isFile()).forEach(report);
