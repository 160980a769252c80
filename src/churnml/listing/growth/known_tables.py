"""The tables as they could be known of the live accounts on the day, behind one connection."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import duckdb
import pandas as pd

from churnml.data.tables import Tables, register_snapshots


@dataclass(frozen=True)
class KnownTables:
    """One day's accounts before the one door: SQL may name ``snapshots``, and tables through ``known``."""

    tables: Tables
    con: duckdb.DuckDBPyConnection
    given: Mapping[str, AbstractSet[str]]

    @classmethod
    def before(cls, tables: Tables, accounts: pd.DataFrame) -> "KnownTables":
        """The tables as known of these accounts (``account_id``, ``as_of``, ``renewal``)."""
        con = tables.connect()
        register_snapshots(con, accounts)
        return cls(tables, con, tables.given())

    def gives(self, table: str, *columns: str) -> bool:
        """Whether the book has the table and says something in each of the columns."""
        return set(columns) <= set(self.given[table]) if table in self.given else False

    def known(self, table: str, reach_days: int | None = None) -> str:
        """SQL for the table's rows as known on the day, with ``account_id`` and ``as_of``."""
        return f"({self.tables.known(table, reach_days)})"

    def ask(self, question: str) -> pd.DataFrame:
        """The answer to a question in SQL."""
        return self.con.execute(question).df()


def no_rows(**columns: str) -> pd.DataFrame:
    """An answer without a row, its columns typed as they are where there is one.

    >>> no_rows(account_id="object", days="int64").dtypes["days"].name
    'int64'
    """
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
