// Texts of tables: how one is written back, and that of a new one.
const ENTRY = /(<(input|output)Entry\b[^>]*>)\s*(<text>[^<]*<\/text>)\s*(<\/\2Entry>)/g;
const ENTRY_IN_A_LINE = /<(input|output)Entry\b[^>]*><text>/;

/** Give what dmn-js writes, with a cell a line where the text that was opened had it so. */
export function likeBefore(xml, before) {
  return ENTRY_IN_A_LINE.test(before) ? xml.replace(ENTRY, "$1$3$4") : xml;
}

const MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/";

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Give the text of a decision with one condition, one result and no rule yet. */
export function blank(key, title, field = { key: "kind", label: "报告类型" }) {
  const name = escaped(title);
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="${MODEL}" id="${key}_definitions" name="${name}" namespace="https://bihuan.example/dmn/${key}">
  <decision id="${key}" name="${name}">
    <decisionTable id="${key}_table" hitPolicy="FIRST">
      <input id="${key}_input_1" label="${escaped(field.label)}">
        <inputExpression id="${key}_input_1_expression" typeRef="string">
          <text>${escaped(field.key)}</text>
        </inputExpression>
      </input>
      <output id="${key}_output_1" label="结果" name="${key}_result" typeRef="string" />
      <rule id="${key}_rule_1">
        <inputEntry id="${key}_rule_1_input_1">
          <text>-</text>
        </inputEntry>
        <outputEntry id="${key}_rule_1_output_1">
          <text>""</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
`;
}
