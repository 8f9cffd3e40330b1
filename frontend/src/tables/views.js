// dmn-js as we use it: tables are edited; the drawing, literal expressions and models are read.
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import DrawingViewer from "dmn-js-drd/lib/NavigatedViewer";
import TableEditor from "dmn-js-decision-table/lib/Editor";
import TableViewer from "dmn-js-decision-table/lib/Viewer";
import ExpressionViewer from "dmn-js-literal-expression/lib/Viewer";
import { Viewer as ModelViewer } from "dmn-js-boxed-expression";
import { HIT_POLICIES } from "dmn-js-decision-table/lib/features/hit-policy/HitPolicies";
import { getBoxedExpression, is } from "dmn-js-shared/lib/util/ModelUtil";
import { builtins, variables } from "./functions.js";
import { translate } from "./translate.js";

export const TABLE = "decisionTable";
export const DRAWING = "drd";

// A type has that name too, and is another word in Chinese.
HIT_POLICIES.find(({ value }) => value.hitPolicy === "ANY").label = "Any (all agree)";

// The way to the drawing stands among our own tabs; types are those the engine knows.
const COMMON = { translate: ["value", translate], viewDrd: ["value", {}] };
const TYPES = ["string", "number", "boolean", "date", "time", "dateTime", "dayTimeDuration", "yearMonthDuration", "Any"];

function holds(kind) {
  return (element) => is(element, "dmn:Decision") && is(element.decisionLogic, kind);
}

class Tables extends EditingManager {
  _getViewProviders() {
    return [
      { id: DRAWING, constructor: DrawingViewer, opens: "dmn:Definitions" },
      { id: TABLE, constructor: this._options.readOnly ? TableViewer : TableEditor, opens: holds("dmn:DecisionTable") },
      { id: "literalExpression", constructor: ExpressionViewer, opens: holds("dmn:LiteralExpression") },
      { id: "boxedExpression", constructor: ModelViewer, opens: (element) => is(element, "dmn:BusinessKnowledgeModel") && getBoxedExpression(element) },
    ];
  }

  // A table is what people come for; the drawing only when there is nothing else.
  _getInitialView(views) {
    return views.find(({ type }) => type === TABLE) ?? views.find(({ type }) => type !== DRAWING) ?? views[0];
  }
}

/** Make the editor in `container` and read `text`; throws when it is no DMN that can be shown. */
export async function readTables(container, text, { readOnly, fields }) {
  const offered = variables(fields);
  const naming = { dmnVariableProvider: ["value", {}], variableResolver: ["value", { getVariables: () => offered }] };
  const colours = { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" };
  const manager = new Tables({
    container,
    readOnly,
    common: { dataTypes: TYPES, feelLanguageContext: { builtins }, debounceInput: false },
    drd: { additionalModules: [{ translate: COMMON.translate }], drdRenderer: colours },
    decisionTable: { additionalModules: [COMMON, naming] },
    literalExpression: { additionalModules: [COMMON] },
    boxedExpression: { additionalModules: [COMMON] },
  });
  await manager.importXML(text);
  return manager;
}
