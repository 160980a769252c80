"""The files of one day's list. A new one joins by being listed; each is written from the same edition."""

import json
from collections.abc import Callable
from pathlib import Path

from churnml.deliver.edition import Edition
from churnml.deliver.export import to_csv, to_parquet
from churnml.deliver.page.write import to_page
from churnml.deliver.risk_list import FILE
from churnml.deliver.summary import summary
from churnml.deliver.workbook import to_xlsx

OUTPUTS: dict[str, Callable[[Edition], bytes]] = {
    f"{FILE}.csv": lambda edition: to_csv(edition.listed, edition.columns, edition.header),
    f"{FILE}.xlsx": lambda edition: to_xlsx(edition.listed, edition.columns, edition.header),
    f"{FILE}.parquet": lambda edition: to_parquet(edition.listed, edition.columns, edition.header),
    "report.html": to_page,
    "summary.json": lambda edition: as_json(summary(edition.listed, edition.header, edition.champions)),
}
"""What lies in the folder of a day, by name. The same edition gives the same bytes."""


def write_outputs(folder: Path, edition: Edition) -> None:
    """Writes every output into the folder."""
    for name, write in OUTPUTS.items():
        (folder / name).write_bytes(write(edition))


def as_json(content: object) -> bytes:
    """Content as JSON that a person can read, too."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
