// What the studio says, in the language of the page: one pair [Chinese, English] a sentence.
import shell from "./words/shell.js";
import panel from "./words/panel.js";
import flows from "./words/flows.js";

const TEXTS = { ...shell, ...panel, ...flows };

export const isEnglish = document.documentElement.lang.startsWith("en");

/** Give the sentence for `key`; {0}, {1} … are replaced by `values`. */
export function say(key, ...values) {
  const pair = TEXTS[key];
  if (!pair) throw new Error(`no words for ${key}`);
  return values.reduce((text, value, at) => text.replaceAll(`{${at}}`, value), pair[isEnglish ? 1 : 0]);
}

/** Say whether there is a sentence for `key`. */
export const has = (key) => key in TEXTS;

/** Give what the server says in both languages, {zh, en}, in the language of the page. */
export function inPage(both) {
  if (both == null || typeof both === "string") return both ?? "";
  return (isEnglish ? both.en : both.zh) || both.zh || both.en || "";
}

/** Give the words of a message as a choice: without its number, and not too long. */
export function shortly(message) {
  const text = (inPage(message) || message.key).replace(/^\{number\}\s*[：:]\s*/, "").replaceAll(/\{[a-z_]+\}/g, "…");
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
