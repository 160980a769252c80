// What an account looked like over time: its charts, the same figures as a table, and its contract.
const WORDS = { "customer since": "start", renewed: "renewed", added: "added", "term ends": "renewal", "notice given": "notice", cancelled: "cancelled" };
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

function chartsOf(row, more, all) {
  if (!all.weeks) return [];
  const today = seconds(list.as_of), since = seconds((more.marks ?? []).find(([, what]) => what === "customer since")?.[0] ?? all.weeks[0]);
  const starts = all.weeks.map(seconds), first = Math.max(0, starts.findIndex((stamp) => stamp + WEEK > since));
  const x = starts.slice(first);
  const ahead = row.rolling || !row.renewal ? today : seconds(row.renewal);
  const to = ahead - today <= 27 * WEEK ? Math.max(ahead, today) + 2 * WEEK : today + WEEK;
  const span = { from: x[0], to, today, marks: marksIn(more, x[0], to, today) };
  const charts = [];
  const weekly = (key, title, noun, kind, sentence) => {
    if (!more[key]) return;
    const values = more[key].slice(first), typical = all.typical[key]?.slice(first);
    const scale = typical && mean(values) / (mean(typical) || 1);
    const series = [{ label: "this account", values, colour: BLUE, kind }];
    if (typical && mean(values) > 0) series.push({ label: "all accounts, at this one’s scale", values: typical.map((value) => value * scale), colour: GREY, kind: "line", isQuiet: true });
    const say = (index) => (isKnown(values[index]) ? `Week of ${day(isoOf(x[index]))}: ${number(values[index])} ${noun}` : "");
    charts.push(chartOf({ title, sentence: sentence(values), x, series, say }, span));
  };
  weekly("usage", "Usage a week", "events", "line", (values) => trend(values, "events a week"));
  weekly("users", "Active users a week", "users", "line", (values) => trend(values, "users a week"));
  weekly("tickets", "Tickets opened a week", "opened", "bars", tickets);
  const history = scoresOf(row, more, today, span);
  return history ? [...charts, history] : charts;
}
const isoOf = (stamp) => new Date(stamp * 1000).toISOString().slice(0, 10);
function marksIn(more, from, to, today) {
  return (more.marks ?? []).map(([on, what]) => ({ at: seconds(on), word: WORDS[what] ?? what, isAhead: seconds(on) >= today, isBad: ["notice given", "cancelled"].includes(what) }))
    .filter((mark) => mark.at >= from && mark.at <= to);
}
// The last quarter beside the same weeks a year before, or beside the quarter before it where there is no such year.
function trend(values, noun) {
  const last = mean(values.slice(-13)), year = values.slice(-65, -52), before = values.length >= 65 ? year : values.slice(-26, -13);
  if (!before.length) return `${number(mean(values))} ${noun} so far.`;
  const move = mean(before) > 0 ? ` (${last >= mean(before) ? "+" : "-"}${count(Math.abs(100 * (last / mean(before) - 1)))}%)` : "";
  return `${number(last)} ${noun} in the last ${Math.min(13, values.length)}, ${number(mean(before))} in ${before === year ? "the same weeks a year before" : "the 13 before"}${move}.`;
}
function tickets(values) {
  const sum = (part) => part.reduce((total, value) => total + value, 0);
  return `${counted(sum(values.slice(-13)), "ticket")} in the last 13 weeks, ${count(sum(values.slice(-26, -13)))} in the 13 before.`;
}

function scoresOf(row, more, today, span) {
  const past = (more.scores ?? []).filter(([on]) => seconds(on) >= span.from);
  if (!past.length || !isKnown(more.at_renewal)) return null;
  const points = [...past.map(([on, value, source]) => ({ at: seconds(on), value, source })), { at: today, value: more.at_renewal, source: "published" }].sort((a, b) => a.at - b.at);
  const x = [...new Set(points.map((point) => point.at))];
  const of = (sources) => x.map((at) => points.find((point) => point.at === at && sources.includes(point.source))?.value ?? null);
  const kinds = [["published lists", ["published"], BLUE, "line and dots"], ["lists in hindsight", ["in hindsight"], "#d9822b", "dots"], ["in the backtest", ["in the backtest"], GREY, "dots"]];
  const series = kinds.map(([label, sources, colour, kind]) => ({ label, values: of(sources), colour, kind })).filter((one) => one.values.some(isKnown));
  const say = (index) => points.filter((point) => point.at === x[index]).map((point) => `${day(isoOf(point.at))}: ${share(point.value)} ${point.at === today ? "today" : SOURCES[point.source]}`).join("; ");
  const lowest = Math.min(...past.map(([, value]) => value)), highest = Math.max(...past.map(([, value]) => value));
  const sentence = `${share(more.at_renewal)} today; ${counted(past.length, "earlier score")} between ${share(lowest)} and ${share(highest)}.`;
  return chartOf({ title: "Chance to leave at its renewal", sentence, x, series, say, axis: (value) => `${Math.round(100 * value)}%`, top: (high) => Math.min(1, Math.max(0.1, high * 1.15)) }, span);
}

function weeklyTable(more, all) {
  const keys = [["usage", "Events"], ["users", "Active users"], ["tickets", "Tickets opened"]].filter(([key]) => more[key]);
  if (!keys.length) return null;
  const folded = make("details", {}, make("summary", {}, "The weeks as a table"));
  folded.addEventListener("toggle", () => {
    if (folded.children.length > 1) return;
    const lines = all.weeks.map((week, place) => make("tr", {}, make("th", { scope: "row" }, day(week)), ...keys.map(([key]) => make("td", { class: "right" }, number(more[key][place]))))).reverse();
    folded.append(make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Week of"), ...keys.map(([, title]) => make("th", { scope: "col", class: "right" }, title)))), make("tbody", {}, ...lines)));
  });
  return folded;
}
function contractOf(more) {
  if (!more.marks?.length) return null;
  const dates = [...more.marks].reverse();
  const lines = dates.map(([on, what, arr, product]) => make("tr", {}, make("th", { scope: "row" }, day(on)), make("td", {}, what, product && product !== dates[dates.findIndex((one) => one[0] === on && one[1] === what) + 1]?.[3] ? make("small", {}, product) : null), isPriced ? make("td", { class: "right" }, isKnown(arr) ? dollars(arr) : "") : null));
  return block("Contract", make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Day"), make("th", { scope: "col" }, "What"), isPriced ? make("th", { scope: "col", class: "right" }, "ARR of those terms") : null)), make("tbody", {}, ...lines)));
}
