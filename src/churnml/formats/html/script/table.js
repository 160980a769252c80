// The table: TanStack's table-core finds, sorts and pages; what is drawn is a plain table with real headings and links.
const PAGE = 50;
const alike = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const inWords = (a, b, column) => alike.compare(a.getValue(column), b.getValue(column));
const COLUMNS = [
  { id: "rank", title: "Rank", isNumber: true, value: (row) => row.rank },
  { id: "name", title: "Account", value: (row) => row.label, sortingFn: inWords, isHeading: true,
    cell: (row) => [make("a", { href: address(row.id) }, name(row.label)), make("small", {}, row.movement)] },
  { id: "csm", title: "CSM", value: (row) => row.csm, sortingFn: inWords },
  { id: "segment", title: "Segment", value: (row) => row.segment, sortingFn: inWords },
  { id: "band", title: "Risk", value: (row) => BANDS.indexOf(row.band), cell: (row) => [row.band && chip(row.band), row.today && make("small", {}, row.today)] },
  { id: "chance", title: "Chance", isNumber: true, isIf: isProven, value: (row) => row.chance ?? undefined,
    cell: (row) => (isKnown(row.chance) ? [chance(row), make("small", {}, `${times(row.multiple)} base`)] : []) },
  { id: "health", title: "Health", isNumber: true, isIf: !isProven, value: (row) => row.health ?? undefined },
  { id: "arr", title: "ARR", isNumber: true, isIf: isPriced, value: (row) => row.arr, cell: (row) => [dollars(row.arr)] },
  { id: "loss", title: "Expected loss", isNumber: true, isIf: isProven && isPriced, value: (row) => row.loss ?? undefined,
    cell: (row) => (isKnown(row.loss) ? [dollars(row.loss)] : []) },
  { id: "days", title: "Renewal", isNumber: true, value: (row) => row.days, cell: (row) => [renewal(row), make("small", {}, left(row))] },
  { id: "reason", title: "First reason", value: (row) => row.reason, sortingFn: inWords, cell: (row) => [name(sentence(row.reason))] },
].filter((column) => column.isIf !== false);
const FILTERS = {
  q: (row, said) => row.hay.includes(said.toLowerCase()),
  csm: (row, said) => row.csm === said,
  segment: (row, said) => row.segment === said,
  band: (row, said) => row.band === said,
  concept: (row, said) => row.concepts.includes(said),
  renews: (row, said) => row.month === said,
  call: (row) => row.call === 1,
  mine: (row) => row.mine === 1,
};
const CHOICES = ["csm", "segment", "band", "concept", "renews"], CHECKS = ["call", "mine"];
const FIRST = []; // the list's own order: by rank

let state = { columnFilters: [], sorting: FIRST, pagination: { pageIndex: 0, pageSize: PAGE }, columnVisibility: {}, columnPinning: { left: [], right: [] } };
const table = TableCore.createTable({
  data: rows,
  columns: [
    ...COLUMNS.map((column) => ({ id: column.id, accessorFn: column.value, sortingFn: column.sortingFn ?? "basic", sortUndefined: "last", sortDescFirst: Boolean(column.isNumber && !["rank", "days"].includes(column.id)) })),
    ...Object.entries(FILTERS).map(([id, isIn]) => ({ id: `by-${id}`, accessorFn: () => "", filterFn: (row, _, said) => isIn(row.original, said) })),
  ],
  state,
  onStateChange: (change) => {
    state = typeof change === "function" ? change(state) : change;
    table.setOptions((options) => ({ ...options, state }));
  },
  renderFallbackValue: "",
  autoResetPageIndex: false,
  enableSortingRemoval: false,
  getCoreRowModel: TableCore.getCoreRowModel(),
  getFilteredRowModel: TableCore.getFilteredRowModel(),
  getSortedRowModel: TableCore.getSortedRowModel(),
  getPaginationRowModel: TableCore.getPaginationRowModel(),
});
const sorting = () => state.sorting[0] ?? { id: "rank", desc: false };
const shown = () => table.getSortedRowModel().rows.map((row) => row.original);

const heads = make("tr", { role: "row" });
const body = make("tbody", { role: "rowgroup" });
const pager = make("div", { class: "pager" });
const empty = make("p", { class: "none", hidden: true }, "No account fits. Clear a filter or search for less.");

function setUp() {
  const groups = COLUMNS.map((column) => make("col", { class: `col-${column.id}` }));
  const drawn = make("table", { class: "list", role: "table" }, make("caption", { class: "unseen" }, "Accounts of the list"),
    make("colgroup", {}, ...groups), make("thead", { role: "rowgroup" }, heads), body);
  byId("table").append(drawn, empty, pager);
  for (const [id, title] of [["csm", "everyone"], ["segment", "all"], ["band", "all"], ["concept", "any"], ["renews", "any month"]]) choices(id, title);
  for (const column of COLUMNS) byId("sort").append(make("option", { value: column.id }, column.title));
  byId("filters").hidden = false;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("q").addEventListener("input", () => filter("q", byId("q").value.trim()));
  for (const id of CHOICES) byId(id).addEventListener("change", () => filter(id, byId(id).value));
  for (const id of CHECKS) byId(id).addEventListener("change", () => filter(id, byId(id).checked ? "1" : ""));
  byId("mine").parentNode.hidden = !list.columns.mine;
  byId("sort").addEventListener("change", () => sort(byId("sort").value, Boolean(table.getColumn(byId("sort").value).columnDef.sortDescFirst)));
  byId("clear").addEventListener("click", () => { apply(new URLSearchParams()); remember(); byId("q").focus(); });
  byId("further").addEventListener("click", () => {
    const isOpen = byId("filters").classList.toggle("is-open");
    byId("further").setAttribute("aria-expanded", String(isOpen));
  });
  body.addEventListener("click", open);
  addEventListener("beforeprint", () => { if (!byId("/accounts").hidden) page(0, rows.length); });
  addEventListener("afterprint", () => page(0, PAGE));
}

// The values of a filter, each with how many accounts have it; one of a single value is no choice.
function choices(id, title) {
  const values = id === "concept" ? rows.flatMap((row) => row.concepts) : rows.map((row) => row[id === "renews" ? "month" : id]);
  const found = new Map();
  for (const value of values) if (value) found.set(value, (found.get(value) ?? 0) + 1);
  const ordered = [...found.keys()].sort(id === "band" ? (a, b) => BANDS.indexOf(a) - BANDS.indexOf(b) : alike.compare);
  byId(id).append(make("option", { value: "" }, title), ...ordered.map((value) => make("option", { value }, `${id === "renews" ? month(value) : value} (${count(found.get(value))})`)));
  byId(id).closest("label").hidden = found.size < 2;
}

function filter(id, said) {
  table.getColumn(`by-${id}`).setFilterValue(said || undefined);
  page(0);
  remember();
}
function sort(id, isDescending) {
  table.setSorting(id === "rank" && !isDescending ? FIRST : [{ id, desc: isDescending }]);
  page(0);
  remember();
}
function page(index, size = state.pagination.pageSize) {
  table.setPagination({ pageIndex: index, pageSize: size });
  draw();
}

function draw() {
  const found = table.getFilteredRowModel().rows;
  const sorted = sorting();
  heads.replaceChildren(...COLUMNS.map((column) => heading(column, sorted)));
  body.replaceChildren(...table.getRowModel().rows.map((row) => line(row.original)));
  empty.hidden = found.length > 0;
  byId("clear").hidden = !state.columnFilters.length;
  byId("sort").value = sorted.id;
  const total = (of) => found.reduce((sum, row) => sum + (row.original[of] ?? 0), 0);
  byId("count").replaceChildren(make("b", {}, found.length === rows.length ? counted(rows.length, "account") : `${count(found.length)} of ${counted(rows.length, "account")}`),
    isPriced ? `, ${dollars(total("arr"))} ARR${isProven ? `, ${dollars(total("loss"))} expected loss` : ""}` : "");
  turn(found.length);
}
function heading(column, sorted) {
  const isSorted = column.id === sorted.id;
  const press = make("button", { type: "button" }, column.title);
  press.addEventListener("click", () => {
    const isFirst = Boolean(table.getColumn(column.id).columnDef.sortDescFirst);
    sort(column.id, isSorted ? !sorted.desc : isFirst);
    heads.children[COLUMNS.indexOf(column)].firstChild.focus();
  });
  return make("th", { scope: "col", role: "columnheader", class: column.isNumber ? "right" : undefined, "aria-sort": isSorted ? (sorted.desc ? "descending" : "ascending") : undefined }, press);
}
function line(row) {
  return make("tr", { role: "row", "data-id": row.id }, ...COLUMNS.map((column) => {
    const content = column.cell ? column.cell(row) : [isKnown(column.value(row)) ? name(String(column.value(row))) : ""];
    const kind = `${column.id}${column.isNumber ? " right" : ""}`;
    if (column.isHeading) return make("th", { scope: "row", role: "rowheader", class: kind }, ...content);
    return make("td", { role: "cell", class: kind, "data-title": column.title }, ...content);
  }));
}
function turn(found) {
  const { pageIndex, pageSize } = state.pagination;
  const step = (title, to, isOff) => {
    const press = make("button", { type: "button", disabled: isOff }, title);
    press.addEventListener("click", () => { page(to); remember(); byId("accounts-title").scrollIntoView(); byId("count").focus(); });
    return press;
  };
  const last = Math.max(0, Math.ceil(found / pageSize) - 1);
  pager.hidden = found <= pageSize;
  pager.replaceChildren(step("Previous", pageIndex - 1, pageIndex === 0), step("Next", pageIndex + 1, pageIndex >= last),
    make("span", {}, `${count(pageIndex * pageSize + 1)} to ${count(Math.min(found, (pageIndex + 1) * pageSize))} of ${count(found)}`));
}
// A click anywhere on a row opens its account, unless it marked text; keyboards have the link.
function open(event) {
  const line = event.target.closest("tr");
  if (line && !event.target.closest("a") && !String(getSelection())) location.hash = address(line.dataset.id);
}

// What is chosen stands in the address, so that it can be kept, and is there on the way back.
function chosen() {
  const said = new URLSearchParams();
  for (const { id, value } of state.columnFilters) said.set(id.replace("by-", ""), value);
  const sorted = sorting();
  if (sorted.id !== "rank" || sorted.desc) said.set("sort", (sorted.desc ? "-" : "") + sorted.id);
  if (state.pagination.pageIndex) said.set("page", state.pagination.pageIndex + 1);
  return said.toString();
}
const listAddress = () => `#/accounts${chosen() && "?"}${chosen()}`;
const remember = () => history.replaceState(null, "", listAddress());
function apply(said) {
  const sorted = said.get("sort") ?? "rank";
  const id = sorted.replace("-", "");
  table.setColumnFilters(Object.keys(FILTERS).filter((of) => said.get(of)).map((of) => ({ id: `by-${of}`, value: said.get(of) })));
  table.setSorting(sorted !== "rank" && COLUMNS.some((column) => column.id === id) ? [{ id, desc: sorted.startsWith("-") }] : FIRST);
  for (const of of ["q", ...CHOICES]) byId(of).value = said.get(of) ?? "";
  for (const of of CHECKS) byId(of).checked = Boolean(said.get(of));
  const last = Math.max(0, Math.ceil(table.getFilteredRowModel().rows.length / PAGE) - 1);
  page(Math.min(last, Math.max(0, (Number(said.get("page")) || 1) - 1)), PAGE);
}
