"""Which rows of a table may be versions of one fact: those of one key, or, where a row has none, those that agree in what never changes."""

from dataclasses import dataclass

from churnml.data.schema import Table

SUMS = ("quantity", "active_users")
"""What a roll-up says of its period."""


@dataclass(frozen=True)
class Rows:
    """Rows of ``judged.<table>`` that are compared by the same columns.

    Without a key, two equal rows of one file are two facts: an ordinal tells them apart, so that the second row of a later file meets the
    second of an earlier one.
    """

    table: Table
    columns: tuple[str, ...]
    where: str
    is_keyed: bool

    @classmethod
    def of(cls, table: Table, present: set[str]) -> list["Rows"]:
        """The rows with a key where the book gives one, the sums of a period without one, and all others."""
        key = table.key if table.key[0] in present else ()
        unchanging = tuple(c.name for c in table.columns if c.revealed_by is None and c.name in present)
        keyed = [cls(table, key, f"{key[0]} IS NOT NULL", True)] if key else []
        without = f"{key[0]} IS NULL" if key else "true"
        if "period_start" in present:
            # There is one sum of an account's use of one kind in one period: another one restates it.
            of = tuple(name for name in unchanging if name not in (*SUMS, *key))
            keyed.append(cls(table, of, f"{without} AND period_start IS NOT NULL", True))
            without = f"{without} AND period_start IS NULL"
        return [*keyed, cls(table, unchanging, without, False)]

    @property
    def is_sum(self) -> bool:
        """Whether each row is the sum of a period."""
        return self.is_keyed and self.columns[0] not in self.table.key

    @property
    def named(self) -> str:
        """What a message calls the rows of one key."""
        return f"times {', '.join(self.columns)}" if self.is_sum else self.columns[0]

    @property
    def listed(self) -> str:
        """SQL for the columns that say which fact a row is of; ``ordinal`` is the last."""
        return ", ".join((*self.columns, "ordinal"))

    @property
    def state(self) -> str:
        """SQL for all that may differ between two versions."""
        names = [c for c in self.table.names if c not in self.columns]
        return f"row({', '.join(names or ['0'])})"

    @property
    def plain(self) -> str:
        """SQL for the rows as they are."""
        return f'SELECT * FROM judged."{self.table.name}" WHERE {self.where}'

    @property
    def sql(self) -> str:
        """SQL for the rows, each with its ``ordinal``."""
        later = ", ".join([c for c in self.table.names if c not in self.columns] + ["row_number"])
        ordinal = f"row_number() OVER (PARTITION BY {', '.join(self.columns)}, file_day ORDER BY {later})"
        return f"SELECT *, {'1' if self.is_keyed else ordinal} AS ordinal FROM ({self.plain})"
