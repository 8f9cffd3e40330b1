// Charts beside their tables: <div data-chart="#numbers"> names a <script type="application/json"> with
// {"kind": "bar|line|pie", "title", "unit", "categories": […], "stacked": bool, "lying": bool (bars from left to right),
//  "series": [{"name", "values": […], "kind"?}]}. Drawn as SVG; readable without colour.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { all, onContent } from "./page.js";

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const LIGHT = ["#0f5c54", "#d07a3f", "#4d7fae", "#8f9c3c", "#8a4f7d", "#6b7672"];
const DARK = ["#74cdbd", "#e8a06c", "#86b4dd", "#c3cf74", "#cf97c2", "#a6b3ae"];
const SHAPES = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];
const DASHES = ["solid", "dashed", "dotted"];

function colours() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(name).trim();
  const dark = document.documentElement.dataset.bsTheme === "dark";
  return { ink: get("--ink"), muted: get("--muted"), line: get("--line"), surface: get("--surface"), series: dark ? DARK : LIGHT };
}

function axes(chart, look) {
  const text = { color: look.muted, fontSize: 13 };
  const many = chart.categories.length > 12;
  const label = chart.lying ? { ...text, width: 112, overflow: "break", interval: 0 } : { ...text, rotate: many ? 40 : 0, hideOverlap: true };
  const names = { type: "category", data: chart.categories, inverse: chart.lying === true, axisLabel: label, axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false } };
  const values = { type: "value", axisLabel: { ...text, hideOverlap: true }, minInterval: chart.whole === false ? 0 : 1, splitLine: { lineStyle: { color: look.line } } };
  return {
    grid: { left: 8, right: 16, top: chart.series.length > 1 ? 44 : 16, bottom: 8, containLabel: true },
    xAxis: chart.lying ? values : names,
    yAxis: chart.lying ? names : values,
  };
}

function crossed(chart, look) {
  const series = chart.series.map((one, at) => ({
    name: one.name,
    type: one.kind ?? chart.kind,
    data: one.values,
    stack: chart.stacked ? "all" : undefined,
    barMaxWidth: chart.lying ? 14 : 36,
    symbol: SHAPES[at % SHAPES.length],
    symbolSize: 8,
    lineStyle: { width: 2.5, type: DASHES[at % DASHES.length] },
    itemStyle: { borderColor: look.surface, borderWidth: 1 },
  }));
  return { ...axes(chart, look), series };
}

function round(chart, look) {
  const data = chart.categories.map((name, at) => ({ name, value: chart.series[0].values[at] }));
  const label = { color: look.ink, fontSize: 13, formatter: "{b} {c}" };
  const series = [{ type: "pie", radius: ["42%", "70%"], center: ["50%", "54%"], data, label, itemStyle: { borderColor: look.surface, borderWidth: 2 } }];
  return { series };
}

function option(chart) {
  const look = colours();
  const body = chart.kind === "pie" ? round(chart, look) : crossed(chart, look);
  return {
    animation: false,
    color: look.series,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: true, label: { description: chart.title }, decal: { show: chart.kind !== "line" && (chart.series.length > 1 || chart.kind === "pie") } },
    legend: { show: chart.kind !== "pie" && chart.series.length > 1, top: 0, left: 0, textStyle: { color: look.ink, fontSize: 14 }, itemGap: 18 },
    // Rich text keeps the tooltip inside the drawing: the page policy allows no inline style.
    tooltip: { trigger: chart.kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true, backgroundColor: look.surface, borderColor: look.line, textStyle: { color: look.ink } },
    ...body,
  };
}

function draw(place) {
  const chart = JSON.parse(document.querySelector(place.dataset.chart).textContent);
  const drawing = init(place, null, { renderer: "svg" });
  const paint = () => drawing.setOption(option(chart), true);
  paint();
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", chart.title);
  document.addEventListener("bihuan:theme", paint);
  new ResizeObserver(() => drawing.resize()).observe(place);
}

onContent((root) => all(root, "[data-chart]").forEach(draw));
