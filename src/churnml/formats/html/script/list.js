// The list as rows, in its own order; the details of the accounts are unpacked when first asked for.
const list = JSON.parse(byId("list").textContent);
const isProven = list.is_proven;
const isPriced = list.is_priced;
const rows = list.columns.id.map((id, place) => {
  const row = { place, rank: place + 1 };
  for (const [column, values] of Object.entries(list.columns)) row[column] = values[place];
  for (const level of ["csm", "segment", "band"]) row[level] = list.levels[level][row[level]];
  row.concepts = row.concepts.map((concept) => list.levels.concept[concept]);
  row.label = row.name || row.id;
  row.hay = [row.name, row.id, row.csm, row.reason].join("\n").toLowerCase();
  row.month = row.rolling || !row.renewal ? "" : row.renewal.slice(0, 7);
  return row;
});
const rowOf = new Map(rows.map((row) => [row.id, row]));
const address = (id) => `#/account/${encodeURIComponent(id)}`;

let details;
const unpacked = () => (details ??= unpack(byId("details").textContent).catch(() => null));
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}
