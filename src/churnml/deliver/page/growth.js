// Who is ready for more, by kind; one kind at a time or all.
function growthPage() {
  const box = byId("growth");
  if (!box || !list.growth) return;
  const { kinds, columns } = list.growth;
  const lines = columns.account_id.map((id, place) => ({ id, row: rowOf.get(id), ...Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[place]])) }));
  const body = make("tbody", {}), said = make("p", { class: "count", role: "status", "aria-live": "polite" });
  const pick = (kind) => {
    for (const press of choose.children) press.setAttribute("aria-pressed", String(press.value === kind));
    const found = lines.filter((one) => !kind || one.kind === kind);
    said.textContent = `${counted(found.length, "entry").replace("entrys", "entries")}, ${dollars([...new Set(found.map((one) => one.id))].reduce((sum, id) => sum + (rowOf.get(id)?.arr ?? 0), 0))} ARR`;
    body.replaceChildren(...found.map(growing));
  };
  const press = (kind, title) => { const made = make("button", { type: "button", value: kind }, title); made.addEventListener("click", () => pick(kind)); return made; };
  const choose = make("div", { class: "kinds", role: "group", "aria-label": "Kind" }, press("", "All"), ...kinds.map((kind) => press(kind, kind[0].toUpperCase() + kind.slice(1))));
  const titles = ["Account", "Kind", "What", "Why", "When", "ARR"];
  box.replaceChildren(choose, said, make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...titles.map((title) => make("th", { scope: "col", class: title === "ARR" ? "right" : undefined }, title)))), body)));
  pick("");
}
function growing(one) {
  const label = one.row?.label ?? one.id;
  const about = one.row ? [one.row.csm, one.row.segment].filter(Boolean).join(" · ") : "";
  return make("tr", {}, make("th", { scope: "row" }, make("a", { href: address(one.id) }, name(label)), make("small", {}, about)), make("td", {}, one.kind, one.is_at_risk ? make("small", {}, make("span", { class: "chip chip-risk" }, "at risk too")) : null),
    make("td", {}, one.what), make("td", {}, one.why), make("td", {}, /^\d{4}-\d\d-\d\d$/.test(one.when) ? day(one.when) : one.when), make("td", { class: "right" }, one.row ? dollars(one.row.arr) : ""));
}
