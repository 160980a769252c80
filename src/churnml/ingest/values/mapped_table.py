"""One mapped table while it is read: what is asked of its values, and what is found wrong with them."""

from dataclasses import dataclass, field

import duckdb

from churnml.data.book import BookSettings, Dialect
from churnml.ingest.values.forms import Form, Found, form_number
from churnml.ingest.values.numbers import DECLARE
from churnml.ingest.values.places import Places


@dataclass
class MappedTable:
    """One mapped table, with what its book says of it; faults and notices are added while it is read."""

    con: duckdb.DuckDBPyConnection
    name: str
    book: BookSettings
    dialect: Dialect
    max_stray_share: float
    places: Places
    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def place(self, column: str, row: int) -> str:
        """Where an example stands, in brackets."""
        return f" ({self.places.of(self.con, self.name, row, [column])})"

    def found(self, value: str, read: str, forms: tuple[Form, ...]) -> tuple[int, list[Found]]:
        """How many values are read (SQL ``read`` is true), and the forms of the others."""
        rows = self.con.execute(f"""SELECT form, count(*), arg_min(v, r), min(r) FROM (
            SELECT v, r, CASE WHEN {read} THEN -1 ELSE {form_number("v", forms)} END AS form
            FROM (SELECT {value} AS v, rowid + 1 AS r FROM mapped."{self.name}") WHERE v IS NOT NULL)
            GROUP BY form ORDER BY form""").fetchall()
        read_rows = sum(count for form, count, _, _ in rows if form == -1)
        return read_rows, [
            Found(forms[form], count, v, r) for form, count, v, r in rows if form not in (None, -1)
        ]

    def refuse(self, column: str, found: Found, remedy: str) -> None:
        """Adds the fault of values in a form that is not the declared one."""
        self.faults.append(
            f"{self.name}.{column}: {found.count:,} values like {found.value}{self.place(column, found.row)} {found.form.cause}; "
            f"{remedy} in {self.name}.sql".replace(f"{DECLARE} in {self.name}.sql", DECLARE)
        )
