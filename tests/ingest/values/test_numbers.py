"""Written numbers against an oracle in plain Python: read in the declared hand to the cent, or not at all."""

from decimal import ROUND_HALF_UP, Decimal

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.book import Dialect
from churnml.data.schema import MONEY, WHOLE, Column
from churnml.ingest.values import numbers

HANDS = [Dialect(), Dialect(decimal=","), Dialect(thousands=","), Dialect(decimal=",", thousands="."), Dialect(thousands="."),
         Dialect(thousands=" "), Dialect(decimal=",", thousands=" "), Dialect(thousands="'")]  # fmt: skip


def signs(dialect: Dialect) -> tuple[str, str]:
    """The decimal and the thousands sign."""
    return ("," if dialect.thousands == "." else dialect.decimal), dialect.thousands


def oracle(text: str, dialect: Dialect) -> Decimal | None:
    """The number that a text is, read sign by sign."""
    decimal, thousands = signs(dialect)
    body = text[1:] if text[:1] in ("+", "-") else text
    whole, point, rest = body.partition(decimal)
    if decimal in rest or any(c not in "0123456789" for c in rest) or not (whole or rest):
        return None
    groups = whole.split(thousands) if thousands else [whole]
    if any(c not in "0123456789" for group in groups for c in group):
        return None
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    if not whole and not point:
        return None
    value = Decimal(f"{''.join(groups) or '0'}.{rest or '0'}")
    return -value if text.startswith("-") else value


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=20, max_size=40),
    written=st.integers(0, len(HANDS) - 1),
    read=st.integers(0, len(HANDS) - 1),
    slip=st.tuples(st.integers(0, 8), st.sampled_from(list("0.,' -+_$%k("))),
)
def test_a_number_is_read_as_the_oracle_reads_it_or_not_at_all(
    values: list[Decimal], written: int, read: int, slip: tuple[int, str]
) -> None:
    decimal, thousands = signs(HANDS[written])
    grouped = [
        f"{value:,.2f}".replace(",", "t").replace(".", decimal).replace("t", thousands) for value in values
    ]
    texts = grouped + [text[: slip[0]] + slip[1] + text[slip[0] :] for text in grouped]
    dialect = HANDS[read]
    money = numbers.cast(Column("arr", MONEY), "v", dialect, is_checked=False)
    whole = numbers.cast(Column("seats", WHOLE), "v", dialect, is_checked=False)
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT unnest(?) AS v, generate_subscripts(?, 1) AS n", [texts, texts])
    for text, amount, count in con.execute(f"SELECT v, {money}, {whole} FROM t ORDER BY n").fetchall():
        known = oracle(text, dialect)
        cents = None if known is None else known.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert amount == cents, (text, dialect)
        assert count == (None if known is None or known != int(known) else int(known)), (text, dialect)


def test_what_may_be_thousands_is_never_believed_unless_three_decimals_are_proved() -> None:
    def counted(*texts: str) -> bool:
        con = duckdb.connect()
        con.execute("CREATE TABLE t AS SELECT unnest(?) AS v", [list(texts)])
        keys = numbers.measures("v")
        row = con.execute(
            f"SELECT {', '.join(f'count(*) FILTER ({sql})' for sql in keys.values())} FROM t"
        ).fetchall()[0]
        return numbers.may_be_thousands(dict(zip(keys, row, strict=True)))

    assert (
        counted("6.000") and counted("6.000", "900") and counted("6.000", "12.50") and counted("1.234", "7")
    )
    assert not counted("6.000", "0.500") and not counted("1.250", "1234.000") and not counted("12.345", "12.5") and not counted("6000")  # fmt: skip
