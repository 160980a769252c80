// The growth lists: one kind at a time or all, of one CSM or of everyone.
const STEP = 100;
function growthPage() {
  const box = byId("growth");
  if (!box || !list.growth) return;
  const { kinds, columns } = list.growth;
  const entries = columns.account_id.map((id, place) => ({ ...Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[place]])), id, row: rowOf.get(id) }));
  const body = make("tbody"), said = make("p", { class: "count", role: "status", "aria-live": "polite" });
  const more = make("button", { type: "button" }, "Show more");
  const csms = [...new Set(entries.map((one) => one.row?.csm).filter(Boolean))].sort(alike.compare);
  const whose = make("select", {}, make("option", { value: "" }, "everyone"), ...csms.map((csm) => make("option", {}, csm)));
  let kind = "", most = STEP;
  const show = () => {
    for (const press of choose.querySelectorAll("button")) press.setAttribute("aria-pressed", String(press.value === kind));
    const found = entries.filter((one) => (!kind || one.kind === kind) && (!whose.value || one.row?.csm === whose.value));
    const arr = [...new Set(found.map((one) => one.id))].reduce((sum, id) => sum + (rowOf.get(id)?.arr ?? 0), 0);
    const first = found.length > most ? `The first ${count(most)} of ` : "";
    said.textContent = `${first}${count(found.length)} ${found.length === 1 ? "entry" : "entries"}${isPriced ? `, ${dollars(arr)} ARR` : ""}`;
    body.replaceChildren(...found.slice(0, most).map(growing));
    more.hidden = found.length <= most;
  };
  const press = (value, title) => {
    const made = make("button", { type: "button", value }, title);
    made.addEventListener("click", () => { kind = value; most = STEP; show(); });
    return made;
  };
  const choose = make("div", { class: "kinds", role: "group", "aria-label": "Kind" }, press("", "All"), ...kinds.map((one) => press(one, one[0].toUpperCase() + one.slice(1))),
    csms.length > 1 ? make("label", {}, "CSM", whose) : null);
  whose.addEventListener("change", () => { most = STEP; show(); });
  more.addEventListener("click", () => { most += STEP; show(); });
  addEventListener("beforeprint", () => { most = Infinity; show(); });
  const titles = ["Account", "Kind", "What", "Why", "When", "ARR"].map((title) => make("th", { scope: "col", class: title === "ARR" ? "right" : undefined }, title));
  const drawn = make("table", {}, make("thead", {}, make("tr", {}, ...titles)), body);
  box.replaceChildren(choose, said, make("div", { class: "scroll growing", "data-title": "Growth" }, drawn), make("div", { class: "pager" }, more));
  show();
}
function growing(one) {
  const about = one.row ? [one.row.csm, one.row.segment].filter(Boolean).join(" · ") : "";
  const link = one.row ? make("a", { href: address(one.id) }, name(one.row.label)) : name(one.id);
  return make("tr", {}, make("th", { scope: "row" }, link, make("small", {}, about)),
    make("td", { class: "kind" }, one.kind, one.is_at_risk ? make("small", {}, make("span", { class: "chip chip-risk" }, "at risk too")) : null),
    make("td", { class: "grow-what" }, sentence(one.what)), make("td", { class: "grow-why" }, sentence(one.why)), make("td", {}, /^\d{4}-\d\d-\d\d$/.test(one.when) ? day(one.when) : one.when), make("td", { class: "right" }, one.row ? dollars(one.row.arr) : ""));
}
