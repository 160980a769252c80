// The page of one account: how likely it leaves, why, what to do, and what it looked like over time.
const WEEK = 604800;
const SOURCES = { published: "in a published list", "in hindsight": "in hindsight", "in the backtest": "in the backtest" };

function accountPage(id, found) {
  const box = byId("account"), row = rowOf.get(id);
  forget();
  if (!row) {
    box.replaceChildren(make("h1", { id: "account-title", tabindex: -1 }, "No such account"),
      make("p", {}, "This list has no account ", name(id), ": unknown, or no live contract on that day. ", make("a", { href: "#/accounts" }, "All accounts")));
    return;
  }
  const all = found ?? { parts: [] }, more = found?.accounts[row.place] ?? {};
  const charts = chartsOf(row, more, all);
  const right = [...charts.map((chart) => chart.figure), charts.length ? weeklyTable(more, all) : null, contractOf(more)];
  box.replaceChildren(...present([
    crumbs(row),
    make("div", { class: "account-head" }, make("h1", { id: "account-title", tabindex: -1 }, name(row.label)), row.band ? chip(row.band) : null, row.today ? make("span", { class: "chip" }, row.today) : null, row.call ? make("span", { class: "chip" }, "call now") : null),
    make("p", { class: "about" }, ...about(row)),
    found ? null : make("p", { class: "notice" }, "This browser cannot unpack the reasons and the past of an account: please use a current one."),
    adviceOf(more),
    tilesOf(row, more, all),
    make("div", { class: "columns" }, make("div", {}, ...present([found ? whyOf(row, more, all) : null, changeOf(more, all), growthOf(row, more, all), healthOf(row, more, all)])),
      make("div", {}, ...present(right))),
  ]));
  for (const chart of charts) chart.draw();
}
const present = (nodes) => nodes.filter(Boolean);
const block = (title, ...children) => make("section", {}, make("h2", {}, title), ...present(children));

function crumbs(row) {
  const order = shown(), at = order.findIndex((one) => one.id === row.id);
  const near = (place, word) => (order[place] ? make("a", { href: address(order[place].id), rel: word.toLowerCase() }, word) : null);
  return make("nav", { class: "crumbs", "aria-label": "List" }, make("a", { href: listAddress() }, "Back to the list"),
    at < 0 ? null : make("span", {}, ...present([near(at - 1, "Previous"), `${count(at + 1)} of ${count(order.length)}`, near(at + 1, "Next")])));
}
function about(row) {
  const said = [row.name ? ["Account ", name(row.id)] : null, row.segment ? [name(row.segment)] : null, row.csm ? ["looked after by ", name(row.csm)] : null,
    [row.rolling ? `looked at over the next ${counted(row.days, "day")}` : `renews on ${renewal(row)}`]];
  return present(said).flatMap((part, place) => (place ? [" · ", ...part] : part));
}
function adviceOf(more) {
  if (!more.next_step) return null;
  const whom = [more.next_step_owner && `${more.next_step_owner}`, more.next_step_by && `by ${day(more.next_step_by)}`].filter(Boolean).join(", ");
  return make("p", { class: "advice", role: "note" }, more.next_step, whom ? make("small", {}, whom) : null);
}

function tilesOf(row, more, all) {
  const found = [];
  const tile = (label, value, note) => found.push(make("div", {}, make("dt", {}, label), make("dd", {}, make("span", { class: "value" }, value), note ? make("span", { class: "note" }, note) : null)));
  if (isKnown(row.chance)) tile(`Leaves in ${list.horizon_days} days`, chance(row), row.band === NOTICE ? "notice was given" : `${times(row.multiple)} the base rate`);
  if (isKnown(more.at_renewal)) tile("Leaves at its renewal", row.band === NOTICE ? "100%" : share(more.at_renewal), isKnown(more.low) ? `${share(more.low)} to ${share(more.high)}` : "");
  if (isKnown(row.arr)) tile("ARR", dollars(row.arr), isKnown(more.kept_12) ? `${dollars(more.kept_12)} expected in a year` : "");
  if (isKnown(row.loss)) tile("Expected loss", dollars(row.loss), isKnown(more.loss_low) ? `${dollars(more.loss_low)} to ${dollars(more.loss_high)}` : `rank ${count(row.rank)} of ${count(rows.length)}`);
  else tile("Rank", count(row.rank), `of ${counted(rows.length, "account")}`);
  tile("Renewal", row.rolling ? renewal(row) : counted(row.days, "day"), row.rolling ? "not to a renewal" : `${renewal(row)}${row.far ? ", far ahead: less sure" : ""}`);
  if (isKnown(row.health)) tile("Health, of 100", count(row.health), isKnown(more.fitted) ? `by the rules; ${count(more.fitted)} fitted` : "by the rules");
  if (isKnown(more.months)) tile("Months left", months(more.months, all), isKnown(more.months_low) ? `8 in 10 such accounts: ${months(more.months_low, all)} to ${months(more.months_high, all)}` : "");
  return make("dl", { class: "tiles" }, ...found);
}

const months = (value, all) => `${count(value)}${value === all.most_months ? " or more" : ""}`;

function whyOf(row, more, all) {
  const isWeighed = [...(more.for ?? []), ...(more.against ?? [])].some(([, , weight]) => isKnown(weight));
  const of = all.members.churn;
  const told = [sideOf("Points to leaving", more.for, "loss", of), sideOf("Points to staying", more.against, "less", of)];
  const none = present(told).length ? null : make("p", { class: "quiet" }, "Nothing about this account stands out.");
  return block("Why", row.thin_data ? make("p", { class: "notice" }, row.thin_data) : null, more.is_silent && (row.call || ["high", "elevated"].includes(row.band)) ? make("p", { class: "notice" }, "Use has fallen and nobody has spoken up: silence is no sign of health.") : null,
    none, ...told.flat(), isWeighed ? make("p", { class: "quiet" }, make("small", {}, `The bar: ${all.weight.replace(/^Its/, "the fact’s")} Facts are associations, not causes.`)) : null);
}
function sideOf(title, reasons, tone, members) {
  if (!reasons?.length) return null;
  return [make("h3", { class: "side" }, title), make("ul", { class: "why" }, ...reasons.map(([text, concept, weight, confirmed]) => {
    const wide = (100 * Math.abs(weight ?? 0)) / Math.max(1, ...reasons.map(([, , one]) => Math.abs(one ?? 0)));
    const said = [isKnown(weight) ? `${whole.format(100 * weight)}%` : null, isKnown(confirmed) ? make("small", {}, members ? `${confirmed} of ${counted(members, "model")}` : counted(confirmed, "model")) : null];
    return make("li", {}, make("p", {}, sentence(text), concept && !BANDS.includes(concept) ? make("small", {}, concept) : null),
      make("div", { class: "weight" }, isKnown(weight) ? bar(0, wide, tone) : null, ...said));
  }))];
}

function changeOf(more, all) {
  if (!isKnown(more.change)) return null;
  const steps = [["its facts changed", more.change_data], ["the renewal came nearer", more.change_calendar], ["the model was refitted", more.change_model]].filter(([, value]) => isKnown(value));
  const widest = Math.max(...steps.map(([, value]) => Math.abs(value)), 1e-9);
  const lines = steps.map(([words, value]) => make("tr", {}, make("th", { scope: "row" }, words),
    make("td", { class: "drawn" }, bar(value > 0 ? 50 : 50 - (50 * -value) / widest, (50 * Math.abs(value)) / widest, value > 0 ? "more" : "less")), make("td", { class: "right" }, signed(value))));
  return block("What changed", make("p", { class: "quiet" }, `The chance to leave within ${list.horizon_days} days moved by ${signed(more.change)} points since ${all.since}.`),
    make("table", { class: "split" }, make("thead", { class: "unseen" }, make("tr", {}, make("th", { scope: "col" }, "Because"), make("th", { scope: "col" }, "Drawn"), make("th", { scope: "col" }, "Points"))), make("tbody", {}, ...lines)));
}
function growthOf(row, more, all) {
  const texts = ["growth_signal", "growth_timing", "cross_sell", "advocacy", "enablement"].filter((of) => more[of]);
  const isTold = isKnown(more.grow_chance) || texts.length || more.grow?.length;
  if (!isTold) return null;
  const first = isKnown(more.grow_chance) ? make("p", { class: "quiet" }, `Chance to grow within ${list.horizon_days} days ${share(more.grow_chance)}, ${times(more.grow_multiple)} the base rate.`) : null;
  return block("Growth", first, texts.length ? make("ul", {}, ...texts.map((of) => make("li", {}, all.titles?.[of] ? make("b", {}, `${all.titles[of]}: `) : null, more[of]))) : null,
    ...(sideOf("Points to growth", more.grow, "less", all.members.expansion) ?? []), ...(sideOf("Points away from it", more.hold, "rest", all.members.expansion) ?? []));
}
function healthOf(row, more, all) {
  const parts = all.parts.map((part, place) => [part, more.parts?.[place]]).filter(([, value]) => isKnown(value));
  if (!parts.length) return null;
  const lines = parts.map(([part, value]) => make("tr", {}, make("th", { scope: "row" }, part), make("td", { class: "drawn" }, bar(0, value, "whole")), make("td", { class: "right" }, count(value))));
  return block("Health by part, of 100", make("table", { class: "parts" }, make("thead", { class: "unseen" }, make("tr", {}, ...["Part", "Drawn", "Points"].map((text) => make("th", { scope: "col" }, text)))), make("tbody", {}, ...lines)));
}
