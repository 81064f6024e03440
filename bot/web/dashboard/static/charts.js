// Draws the charts of the page with uPlot; the same numbers stand below each as a table.
"use strict";
const HEIGHT = 220;
const place = document.querySelector("[data-charts]");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Bars that stand on each other are drawn from the tallest sum down.
function stacked(series) {
  const sums = [];
  for (const one of series) {
    const below = sums.at(-1);
    sums.push(one.values.map((value, at) => value + (below ? below[at] : 0)));
  }
  return series.map((one, at) => ({ ...one, drawn: sums[at] })).reverse();
}

function line(one, chart, at) {
  const tone = colour(`tone-${one.tone}`);
  const own = { label: one.label, stroke: tone, width: 2, points: { size: 5, fill: tone } };
  if (chart.kind === "lines") return own;
  const beside = chart.kind === "bars" && chart.series.length > 1;
  const bars = uPlot.paths.bars({ size: [beside ? 0.35 : 0.7, 60], align: beside ? (at ? 1 : -1) : 0 });
  const value = (_plot, _drawn, _series, index) => (index === null ? "—" : one.values[index]);
  return { ...own, fill: tone, width: 0, paths: bars, points: { show: false }, value };
}

function draw(chart, element) {
  element.replaceChildren();
  const series = chart.kind === "stack" ? stacked(chart.series) : chart.series;
  const places = chart.x.map((_, at) => at);
  const label = (at) => chart.x[at] ?? "";
  const axis = { stroke: colour("ink"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } };
  const few = (_plot, splits) => splits.map((at) => (Number.isInteger(at) ? label(at).slice(0, 24) : ""));
  new uPlot({
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    scales: {
      x: { time: false, range: [-0.6, chart.x.length - 0.4] },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] },
    },
    axes: [{ ...axis, values: few, space: 90 }, { ...axis, size: 60 }],
    series: [
      { label: chart.across, value: (_plot, at) => (at === null ? "—" : label(at)) },
      ...series.map((one, at) => line(one, chart, at)),
    ],
  }, [places, ...series.map((one) => one.drawn ?? one.values)], element);
}

function drawAll(charts) {
  for (const chart of charts) {
    const element = document.getElementById(`chart-${chart.id}`);
    if (element) draw(chart, element);
  }
}

async function begin() {
  const answer = await fetch(place.dataset.charts);
  if (!answer.ok) return;
  const charts = await answer.json();
  drawAll(charts);
  let later = 0;
  const again = () => {
    clearTimeout(later);
    later = setTimeout(() => drawAll(charts), 150);
  };
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

begin();
