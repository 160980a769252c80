"""Amounts in one currency and scores on their scales: how they are written alike, converted, and refused where neither is declared."""

from collections.abc import Collection, Mapping

import duckdb

from churnml.data.amounts import RATED, Amounts
from churnml.data.schema import MONEY, Table

MONETARY = ("contracts", "invoices")
KINDS = {
    "nps": ("nps", "netpromoter", "netpromoterscore"),
    "csat": ("csat", "customersatisfaction", "customersatisfactionscore"),
    "ces": ("ces", "customereffort", "customereffortscore"),
}


def alike(name: str, value: str) -> str:
    """SQL for a column's value in one spelling: kinds of surveys and currencies, whatever their case.

    >>> alike("currency", "v")
    'upper(trim(v))'
    """
    if name == "currency":
        return f"upper(trim({value}))"
    if name != "kind":
        return value
    letters = f"regexp_replace(lower({value}), '[^a-z]', '', 'g')"
    cases = " ".join(f"WHEN {letters} IN {_listed(written)} THEN '{kind}'" for kind, written in KINDS.items())
    return f"CASE {cases} ELSE {value} END"


def converted(table: Table, name: str, value: str, given: Collection[str], amounts: Amounts) -> str:
    """SQL for an amount in the book's currency, and for the currency it is then in; any other value as it is."""
    if amounts.currency is None or "currency" not in given:
        return value
    if name == "currency":
        return f"'{_text(amounts.currency)}'"
    if table.column(name).type != MONEY:
        return value
    written = alike("currency", '"currency__raw"')
    rates = " ".join(
        f"WHEN '{_text(c)}' THEN CAST({rate} AS DECIMAL(18,8))" for c, rate in amounts.rates.items()
    )
    return f"CAST(round({value} * CASE {written} {rates} ELSE 1 END, 2) AS {MONEY})" if rates else value


def currency_faults(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]], amounts: Amounts
) -> list[str]:
    """A failure for each table whose amounts stand in a currency that is neither the book's nor has a declared rate to it."""
    rows = {
        table: con.execute(f"""SELECT {alike("currency", '"currency__raw"')} AS c, count(*) FROM judged."{table}"
            WHERE c IS NOT NULL GROUP BY c ORDER BY 2 DESC, 1""").fetchall()
        for table in MONETARY
        if "currency" in tables.get(table, set())
    }
    every = {currency for counts in rows.values() for currency, _ in counts}
    if amounts.currency is None:
        if len(every) < 2:
            return []
        found = "; ".join(f"{table}.currency: {_counted(counts)}" for table, counts in rows.items() if counts)
        return [
            (
                f"{found}: {len(every)} currencies do not add up. Say 'currency:' and 'rates:' in book.yaml (currency: USD, rates: {{EUR: 1.08}} "
                f"where one EUR is 1.08 USD), or convert amounts to one in {' and '.join(f'{table}.sql' for table in rows)}"
            )
        ]
    known = {amounts.currency, *amounts.rates}
    return [
        f"{table}.currency: {count} rows in '{currency}', and no rate to {amounts.currency}; say 'rates: {{{currency}: ...}}' in book.yaml "
        f"(how many {amounts.currency} one {currency} is), or convert amounts in {table}.sql"
        for table, counts in rows.items()
        for currency, count in counts
        if currency not in known
    ]


def currency_notices(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]], amounts: Amounts
) -> list[str]:
    """What became of amounts that name another currency than the book's, or none."""
    notices = []
    for table in MONETARY:
        if "currency" not in tables.get(table, set()):
            continue
        written = alike("currency", '"currency__raw"')
        blank, other, home = con.execute(f"""SELECT count(*) FILTER (c IS NULL), count(*) FILTER (c <> ?), min(c)
            FROM (SELECT {written} AS c FROM judged."{table}")""", [amounts.currency or ""]).fetchall()[0]  # fmt: skip
        if home and home != "USD" and (amounts.currency is None or (amounts.currency == home and not other)):
            notices.append(
                f"{table}.currency: all amounts are in {home}, and are written with '$' wherever a figure stands; say 'currency: USD' and "
                f"'rates: {{{home}: ...}}' in book.yaml to have dollars"
            )
        if blank and home:
            notices.append(
                f"{table}.currency: {blank} rows name none and are taken for {amounts.currency or home}"
            )
        if amounts.currency and other:
            notices.append(f"{table}: {other} rows converted to {amounts.currency} by the rates of book.yaml")
    return notices


def off_scale(table: Table, present: set[str], amounts: Amounts) -> dict[str, str]:
    """Reason to SQL predicate for scores that their scale does not have; only a declared scale can say so."""
    found = {}
    if table.name == "surveys" and "score" in present:
        for kind in KINDS:
            if scale := amounts.scale(kind):
                low, high = scale
                found[f"score is off the {kind.upper()} scale of {low:g} to {high:g}"] = (
                    f"t.kind = '{kind}' AND t.score NOT BETWEEN {low} AND {high}"
                )
    if table.name == "tickets" and "csat" in present and (scale := amounts.scale("csat")):
        low, high = scale
        found[f"csat is off the scale of {low:g} to {high:g}"] = f"t.csat NOT BETWEEN {low} AND {high}"
    return found


def amount_notices(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]], amounts: Amounts
) -> list[str]:
    """Quantities that are missing, kinds of surveys that no feature reads, and ratings whose scale is not declared."""
    return [
        *_missing_quantities(con, tables),
        *_unknown_kinds(con, tables),
        *_undeclared_scales(con, tables, amounts),
    ]


def _missing_quantities(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    if "quantity" not in tables.get("usage", set()):
        return []
    rows = con.execute(
        "SELECT count(*) FROM judged.usage WHERE reason IS NULL AND quantity IS NULL"
    ).fetchall()[0][0]
    return (
        [
            f"usage.quantity: {rows} rows have none: they count as use of an unknown amount and add nothing to sums"
        ]
        if rows
        else []
    )


def _unknown_kinds(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    notices = []
    if "surveys" in tables:
        kinds = con.execute(f"""SELECT kind, count(*) FROM judged.surveys WHERE reason IS NULL AND kind NOT IN {_listed(KINDS)}
            GROUP BY kind ORDER BY 2 DESC, 1""").fetchall()
        if kinds:
            notices.append(
                f"surveys.kind: {_counted(kinds)}: not among {', '.join(KINDS)}; only whether they were answered counts. "
                "Write the kind in surveys.sql if it is one of these"
            )
    return notices


def _undeclared_scales(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]], amounts: Amounts
) -> list[str]:
    notices, ratings = [], []
    if "score" in tables.get("surveys", set()):
        ratings += [
            (f"surveys of kind {kind}", kind, "surveys", "score", f"kind = '{kind}'") for kind in RATED
        ]
    if "csat" in tables.get("tickets", set()):
        ratings.append(("tickets.csat", "csat", "tickets", "csat", "true"))
    for what, kind, table, column, condition in ratings:
        if amounts.scale(kind):
            continue
        low, high = (
            con.execute(f"""SELECT CAST(min({column}) AS DOUBLE), CAST(max({column}) AS DOUBLE) FROM judged.{table}
            WHERE reason IS NULL AND {condition}""").fetchall()[0]
        )
        if low is not None:
            notices.append(
                f"{what}: scores from {low:g} to {high:g} of a scale that is not declared: a score off it cannot be told. "
                f"Say 'survey_scales: {{{kind}: [lowest, highest]}}' in book.yaml"
            )
    return notices


def _counted(counts: list[tuple[str, int]]) -> str:
    more = f" and {len(counts) - 5} more" if len(counts) > 5 else ""
    return ", ".join(f"'{value}' {rows} rows" for value, rows in counts[:5]) + more


def _listed(values: Mapping[str, object] | tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{_text(value)}'" for value in values) + ")"


def _text(value: str) -> str:
    return value.replace("'", "''")
