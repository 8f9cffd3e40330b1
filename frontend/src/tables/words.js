// What the table editor says itself, [Chinese, English].
const WORDS = {
  tables: ["决策表", "Decisions"],
  drawing: ["关系图", "How they hang together"],
  addColumn: ["按表单的字段加一列条件", "Add a condition on a field"],
  addColumnButton: ["添加这一列", "Add the column"],
  chooseField: ["选择字段", "Choose a field"],
  undo: ["撤销", "Undo"],
  redo: ["重做", "Redo"],
  addRule: ["添加规则", "Add a rule"],
  help: [
    "点格子修改；右键（或 Shift+F10）可以加减行和列。条件写 - 表示不限，文字要加英文引号。从上往下看，按“命中方式”取结果。",
    "Click a cell to change it; the right mouse button adds and removes rows and columns. A dash means any; texts stand in quotation marks. The hit policy says which rule counts.",
  ],
  yuan: ["{0} 元", "{0} yuan"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  not: ["不是 {0}", "not {0}"],
  or: ["、", ", "],
  readOnly: ["这一部分只能看，不能在这里改。", "This part can be read here, not changed."],
  unreadable: [
    "这份文字不是能打开的决策表。请在下面改正，或撤回改动；问题列表里写明了哪里不对。",
    "This text is no table that can be opened. Mend it below, or take the change back; the list of problems says what is wrong.",
  ],
  unreadableText: ["决策表的原文", "Text of the table"],
  unreadableOpen: ["再打开", "Open again"],
  table: ["决策表“{0}”", "Decision table '{0}'"],
  wrongCell: ["这里的写法不对", "This is not written correctly"],
  rules: ["规则", "Rules"],
};

export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";

/** Give the words for `key`; {0}, {1} … are replaced by `values`. */
export function say(key, ...values) {
  const words = WORDS[key][language === "en" ? 1 : 0];
  return values.reduce((text, value, at) => text.replace(`{${at}}`, value), words);
}
