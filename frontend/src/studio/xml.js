// Reading XML that may be broken: the browser's own parser answers that with a piece of styled HTML, which the
// pages forbid, so what is not well-formed never reaches it.
import { Parser } from "saxen";

const EMPTY = "<none/>";

function isWellFormed(text) {
  let isGood = text.trimStart().startsWith("<");
  const parser = new Parser().ns();
  // A prefix that stands for nothing is only a warning there, and an error here.
  for (const kind of ["error", "warn"]) parser.on(kind, () => { isGood = false; });
  parser.on("openTag", () => {});
  try {
    parser.parse(text);
  } catch {
    return false;
  }
  return isGood;
}

/** Give the document; an empty one for what cannot be read. Lint says what is wrong with it. */
export function readXml(text) {
  return new DOMParser().parseFromString(isWellFormed(text) ? text : EMPTY, "application/xml");
}

/** Give the text, or an empty document's when it cannot be read. */
export const readable = (text) => (isWellFormed(text) ? text : EMPTY);
