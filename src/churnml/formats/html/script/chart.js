// Drawings over time by uPlot: one width, one span of time, the contract's dates in each of them.
const INK = "#1f2933", QUIET = "#52606d", FAINT = "#e4e8ec", BLUE = "#0b4f8a", GREY = "#9aa7b4", RED = "#b83a3a", HEIGHT = 140;
const FONT = '12px "Inter", "Segoe UI", -apple-system, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif';
const COUNTS = [...Array(13).keys()].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power)); // steps of an axis of counts
const drawings = new Set();
const fits = new ResizeObserver((entries) => {
  for (const entry of entries) for (const drawing of drawings) {
    if (drawing.root.parentNode === entry.target) drawing.setSize({ width: entry.contentRect.width, height: HEIGHT });
  }
});
function forget() {
  fits.disconnect();
  for (const drawing of drawings) drawing.destroy();
  drawings.clear();
}

// `chart` is {title, sentence, x, series: [{label, values, colour, kind}], say, top}; `span` is {from, to, marks, today}.
function chartOf(chart, span) {
  const plot = make("div", { class: "plot", role: "img", "aria-label": `${chart.title}. ${chart.sentence}` });
  const read = make("span", { class: "read", "aria-hidden": "true" });
  const legend = chart.series.length > 1 ? make("ul", { class: "legend" }, ...chart.series.map((one) =>
    make("li", {}, make("svg", { viewBox: "0 0 24 10", "aria-hidden": "true" }, ...swatch(one)), one.label))) : null;
  const figure = make("section", { class: "chart" }, make("header", {}, make("h3", {}, chart.title), read), make("p", { class: "say" }, chart.sentence), plot, legend);
  return { figure, draw: () => drawn(plot, read, chart, span) };
}
function swatch(one) {
  const shape = { dots: { x: 8, y: 1, width: 8, height: 8, rx: 4 }, bars: { x: 8, y: 0, width: 6, height: 10 } }[one.kind];
  const parts = shape ? [shape] : (one.isQuiet ? [0, 9, 18] : [0]).map((x) => ({ x, y: 3, width: one.isQuiet ? 6 : 24, height: 4 }));
  return parts.map((part) => { const drawn = make("rect", part); drawn.style.fill = one.colour; return drawn; });
}
function drawn(plot, read, chart, span) {
  const say = (plotted, index) => (isKnown(index) ? chart.say(index) : "");
  const axis = { stroke: QUIET, font: FONT, ticks: { show: false }, grid: { stroke: FAINT, width: 1 } };
  const drawing = new uPlot({
    width: plot.clientWidth || 300, height: HEIGHT, padding: [14, 12, 0, 0], legend: { show: false },
    tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "Etc/UTC"),
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "account" }, points: { size: 7 } },
    scales: { x: { range: [span.from, span.to] }, y: { range: (_, low, high) => [0, chart.top ? chart.top(high) : Math.max(1, high * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, values: (_, stamps) => stamps.map(tick), space: 60, size: 26, gap: 2 },
      { ...axis, size: 46, space: 34, incrs: chart.axis ? undefined : COUNTS, values: (_, values) => values.map((value) => (chart.axis ?? number)(value)) },
    ],
    series: [{}, ...chart.series.map(seriesOf)],
    hooks: { draw: [(own) => marked(own, span)], setCursor: [(own) => { read.textContent = say(own, own.cursor.idx); }] },
  }, [chart.x, ...chart.series.map((one) => one.values)], plot);
  plot.firstChild.setAttribute("aria-hidden", "true");
  drawings.add(drawing);
  fits.observe(plot);
}
function seriesOf(one) {
  if (one.kind === "bars") return { fill: one.colour, stroke: one.colour, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.6, 12], align: 1 }) };
  if (one.kind === "dots") return { stroke: one.colour, paths: () => null, points: { show: true, size: 7, fill: one.colour, stroke: "#ffffff", width: 1 } };
  return { stroke: one.colour, width: one.isQuiet ? 1.25 : 2, dash: one.isQuiet ? [4, 4] : undefined, points: { show: one.kind === "line and dots", size: 6, fill: one.colour, stroke: one.colour }, spanGaps: one.kind === "line and dots" };
}
function tick(stamp) {
  const when = new Date(stamp * 1000);
  const said = MONTHS[when.getUTCMonth()];
  return when.getUTCMonth() === 0 ? `${said} ’${String(when.getUTCFullYear()).slice(2)}` : said;
}
// The contract's dates as lines with a word on top; what lies ahead is shaded.
function marked(own, span) {
  const { ctx, bbox } = own, scale = devicePixelRatio || 1;
  const at = (stamp) => Math.round(own.valToPos(stamp, "x", true));
  ctx.save();
  if (span.to > span.today) {
    ctx.fillStyle = "rgba(82, 96, 109, 0.07)";
    ctx.fillRect(at(span.today), bbox.top, bbox.left + bbox.width - at(span.today), bbox.height);
  }
  ctx.lineWidth = scale;
  ctx.font = FONT.replace("12px", `${10.5 * scale}px`);
  let free = -Infinity;
  for (const mark of span.marks) {
    const x = at(mark.at);
    ctx.strokeStyle = ctx.fillStyle = mark.isBad ? RED : QUIET;
    ctx.setLineDash(mark.isAhead ? [3 * scale, 3 * scale] : []);
    ctx.beginPath(); ctx.moveTo(x, bbox.top - 2 * scale); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    const wide = ctx.measureText(mark.word).width, begin = Math.min(Math.max(x - wide / 2, bbox.left), bbox.left + bbox.width - wide);
    if (begin > free) { ctx.fillText(mark.word, begin, bbox.top - 5 * scale); free = begin + wide + 6 * scale; }
  }
  ctx.restore();
}
