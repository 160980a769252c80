"""The files of one day's list. A new one joins by being listed; each is written from the same list snapshot."""

from collections.abc import Callable
from pathlib import Path

from churnml.formats import growth_files as growth
from churnml.formats.crm import to_hubspot, to_salesforce
from churnml.formats.csv_parquet import to_csv, to_parquet
from churnml.formats.html.page import to_page
from churnml.formats.json import as_json
from churnml.formats.json_schema import list_document, row_schema
from churnml.formats.summary import summary
from churnml.formats.workbook.workbook import to_xlsx
from churnml.history import changes_file as stored
from churnml.history import list_facts as facts
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import FILE

OUTPUTS: dict[str, Callable[[ListSnapshot], bytes]] = {
    f"{FILE}.csv": lambda list_snapshot: to_csv(
        list_snapshot.listed, list_snapshot.columns, list_snapshot.metadata
    ),
    f"{FILE}.xlsx": to_xlsx,
    f"{FILE}.parquet": lambda list_snapshot: to_parquet(
        list_snapshot.listed, list_snapshot.columns, list_snapshot.metadata
    ),
    f"{FILE}.json": lambda list_snapshot: as_json(list_document(list_snapshot), indent=None),
    f"{FILE}.schema.json": lambda list_snapshot: as_json(row_schema(list_snapshot.columns)),
    f"{growth.FILE}.csv": lambda list_snapshot: growth.growth_csv(
        list_snapshot.growth, list_snapshot.metadata
    ),
    f"{growth.FILE}.parquet": lambda list_snapshot: growth.growth_parquet(
        list_snapshot.growth, list_snapshot.metadata
    ),
    "crm_salesforce.json": lambda list_snapshot: as_json(to_salesforce(list_snapshot)),
    "crm_hubspot.json": lambda list_snapshot: as_json(to_hubspot(list_snapshot)),
    "summary.json": lambda list_snapshot: as_json(
        summary(list_snapshot) | {"changes": stored.brief(list_snapshot.changes)}
    ),
    facts.FILE: lambda list_snapshot: facts.to_bytes(list_snapshot.facts),
    stored.FILE: lambda list_snapshot: as_json(stored.as_dict(list_snapshot.changes, list_snapshot.record)),
    "report.html": to_page,
}
"""What lies in the folder of a day, by name. The same list snapshot gives the same bytes."""

NOTES: dict[str, str] = {
    f"{FILE}.xlsx": "For people: who is at risk, who is lost already, who may grow, what stands in the way, a sheet a CSM.",
    f"{FILE}.csv": "For scripts. Line 1 is a remark that begins with `#`, line 2 names the columns; read ids as text.",
    f"{FILE}.parquet": "For programs: every column with its type; the header lies in the file's metadata.",
    f"{FILE}.json": "The same rows for programs without Parquet: `rows`, each valid by the schema beside it.",
    f"{FILE}.schema.json": "JSON Schema (draft 2020-12) of one row: type, format, unit, words and meaning of each column.",
    "crm_salesforce.json": "A list of request bodies for Salesforce's sObject Collections, by the fields of `crm.yaml`.",
    "crm_hubspot.json": "A list of request bodies for HubSpot's batch update of companies, by the properties of `crm.yaml`.",
    f"{growth.FILE}.csv": "The growth lists for scripts: expansion, cross-sell, advocacy, onboarding, enablement, one under the other.",
    f"{growth.FILE}.parquet": "The same for programs, and for `churnml growth`.",
    facts.FILE: "What later lists are compared with: exact chances, and the values the models saw. Not for people.",
    stored.FILE: "What changed since the list before, and what came of earlier lists, for `churnml changes` and `why`.",
    "report.html": "For people: the whole list as one page that needs no network, with a page an account.",
    "summary.json": "The list in numbers: accounts, dollars, roadblocks, verdicts, and whom the CRM files leave out.",
}
"""What each of them is for, in one line of Markdown."""


def write_outputs(folder: Path, list_snapshot: ListSnapshot) -> None:
    """Writes every output into the folder."""
    for name, write in OUTPUTS.items():
        (folder / name).write_bytes(write(list_snapshot))
