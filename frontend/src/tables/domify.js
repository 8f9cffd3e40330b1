// What dmn-js makes its HTML with, instead of min-dom's own `domify`: the pages forbid style attributes
// in a piece of HTML, so they are set by script.
import { domify as plain } from "min-dom";

export * from "min-dom";

export function domify(html, ...more) {
  const made = plain(html.replaceAll(" style=\"", " data-style=\""), ...more);
  for (const one of [made, ...(made.querySelectorAll?.("[data-style]") ?? [])]) {
    const style = one.getAttribute?.("data-style");
    if (style == null) continue;
    one.removeAttribute("data-style");
    one.style.cssText = style;
  }
  return made;
}
