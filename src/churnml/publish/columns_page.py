"""The list as a page for people who read it by program: docs/list.md is exactly this, and a test holds it so."""

from collections.abc import Sequence

from churnml.formats.json_schema import is_nullable
from churnml.listing.columns import FILE, LAYOUT, Column, Side
from churnml.publish.outputs import NOTES

HEAD = f"""# The list, column by column

What `churnml score` publishes: a folder a day below `data/lists/<book>`, whole or not at all. Written by `churnml schema --page >
docs/list.md`; `churnml schema` prints the JSON Schema of one row.

**Layout {LAYOUT}.** The number moves when a column is renamed, removed or changes its meaning; a new column alone does not move it. It stands
in `summary.json`, in `{FILE}.json`, in the schema (`version`) and in the Parquet file's metadata (`churnml.layout`). The same input
gives the same bytes.
"""

READING = f"""## How to read each

```python
pd.read_parquet("{FILE}.parquet")
pd.read_csv("{FILE}.csv", skiprows=1, dtype={{"account_id": str}}, na_values=[""], keep_default_na=False)
json.load(open("{FILE}.json"))["rows"]
jsonschema.validate(row, json.load(open("{FILE}.schema.json")))
```

Rows stand in the order of `rank`. Where a verdict says 'no proven signal', no chance, band or expected loss stands there, and what ordered most pairs
right in the backtest gives the order, a model or the rules health score: the first line names it with its figure, and says so where the reasons are
the rules' and not its own ([decision 39](decisions/0039-the-best-order-where-nothing-is-proven.md)). Accounts that gave notice (`band` is `notice given`) are already lost: they stand last, keep their expected
loss and take none of the calls ([decision 23](decisions/0023-already-lost-is-listed-apart.md)). A text that a spreadsheet would run as a
formula is led by an apostrophe in the CSV only; in the other files it is as it came. JSON never holds a raw `<`, `>` or `&`, so it may
stand inside a page.

**Upload to a CRM.** `crm_salesforce.json` is a list of bodies for `PATCH /services/data/vXX.X/composite/sobjects` (at most 200 records each),
`crm_hubspot.json` one for `POST /crm/v3/objects/companies/batch/update` (at most 100 each). Send them one after the other:

```
jq -c '.[]' crm_salesforce.json | while read -r body; do
  curl -X PATCH "$INSTANCE/services/data/v62.0/composite/sobjects" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$body"
done
```

`crm.yaml` says which field gets which column. A value that is unknown clears its field. Accounts without a CRM id are left out; of several that
share one only the first of the list is sent. `summary.json` counts both.
"""

KINDS = """## Kinds

| Kind | In JSON | Meaning |
|---|---|---|
| text | string | empty where unknown |
| count | integer | |
| usd | number, 2 decimals | US dollars; empty in every row where the book has no prices |
| date | string, `YYYY-MM-DD` | |
| probability, weight | number, 4 decimals | a share: 0.39 is 39 % |
| change | number, unrounded; 4 decimals in the CSV | a share: 0.161 is 16.1 points more; the parts sum to their change in either |
| place | number | a place in an order |
| multiple | number, 2 decimals | times the base rate |
| score | number, 1 decimal | points, or months |
| flag | boolean | |
"""

TITLES: dict[Side, str] = {
    "both": "Who the account is",
    "churn": "The risk side",
    "expansion": "The growth side",
}


def page(columns: Sequence[Column]) -> str:
    """The page as Markdown: the files of a folder, how to read them, and every column by side."""
    files = [f"| `{name}` | {note} |" for name, note in NOTES.items()]
    files_table = "\n".join(["## The files of a day", "", "| File | For |", "|---|---|", *files, ""])
    sides = [_side(title, [c for c in columns if c.side == side]) for side, title in TITLES.items()]
    return "\n".join([HEAD, files_table, READING, KINDS, *sides])


def _side(title: str, columns: Sequence[Column]) -> str:
    rows = [
        f"| `{c.name}` | {c.title} | {c.kind} | {'yes' if is_nullable(c) else ''} "
        f"| {'' if c.is_shown else 'programs only'} | {_note(c)} |"
        for c in columns
    ]
    head = ["| Column | Title | Kind | May be null | Shown | Meaning |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _note(column: Column) -> str:
    words = ", ".join(f"`{word}`" for word in column.words if word)
    return column.note + (f" One of {words}, or empty." if words else "")
