"""What changed, for ``churnml changes`` and for one account in ``churnml why``. Plain text."""

from collections.abc import Iterator

import pandas as pd

from churnml.history.changes import Changes, rounded_dollars
from churnml.history.dollars import CLOSING, MOVED, OPENING
from churnml.history.moves import ON_LIST
from churnml.history.phrases import change_text
from churnml.history.track_record import Record
from churnml.listing.metadata import ListMetadata
from churnml.listing.status import held
from churnml.text.number_format import money, signed_money
from churnml.text.width import PAGE, pad, plain, wrap

NAME, AMOUNT = 32, 18
LEGEND = (
    "data: what the account did or signed; calendar: the same renewal came nearer; model: a refit. "
    "In points of the chance to leave within {days} days; they sum to its change."
)


def render(
    changes: Changes | None, record: Record | None, listed: pd.DataFrame, metadata: ListMetadata, top: int
) -> str:
    """The printed page: the book in dollars, who is new among those to call, who is off, who moved most, and the track record."""
    title = wrap(f"What changed on {metadata.book}, {metadata.as_of}")
    blocks = [title]
    if changes is None:
        blocks.append(["There is no earlier day to compare with."])
    else:
        blocks += [
            [line for text in changes.lines for line in wrap(text)],
            *_details(changes, listed, metadata, top),
        ]
    if record:
        blocks.append([line for text in record.lines for line in wrap(text)])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def changed(row: pd.Series, metadata: ListMetadata) -> str:
    """One account's change since the earlier day, in a sentence or two; nothing where the list was compared with none."""
    if not metadata.changed:
        return ""
    since = metadata.changed.partition(":")[0]
    if pd.isna(row["rank_before"]):
        return f"{since}: not on the list then."
    moved = change_text(row, metadata.horizon_days)
    flips = " A band flips after two readings in a row." if held(row["band"], row["band_reading"]) else ""
    judged = moved or ("not judged on both days" if metadata.churn.is_proven else "")
    return f"{since}: {'; '.join(filter(None, [judged, _rank(row)]))}.{flips}"


def _details(changes: Changes, listed: pd.DataFrame, metadata: ListMetadata, top: int) -> Iterator[list[str]]:
    if len(changes.dollars):
        yield ["EXPECTED LOSS", "-" * PAGE, *_sum(changes, metadata)]
    entered = listed[listed["movement"] == ON_LIST]
    if len(entered):
        yield [
            _heading("NEW AMONG THOSE TO CALL", len(entered), top),
            "-" * PAGE,
            *_accounts(entered.head(top), metadata),
        ]
    if len(changes.off):
        off = changes.off.head(top)
        lines = [_line(row, f"{row['rank_before']:,.0f}", row["why"]) for _, row in off.iterrows()]
        yield [_heading("NO LONGER AMONG THEM", len(changes.off), top), "-" * PAGE, *lines]
    moved = listed[listed["change"].abs() > 0]
    if len(moved):
        weight = moved["arr_usd"] if metadata.is_priced else 1.0
        by_usd = (moved["change"].abs() * weight).sort_values(ascending=False, kind="stable")
        most = listed.loc[by_usd.index[:top]]
        yield [
            "MOVED MOST" + (" (CHANGE x ARR)" if metadata.is_priced else ""),
            "-" * PAGE,
            *_accounts(most, metadata),
            "",
            *wrap(LEGEND.format(days=metadata.horizon_days)),
        ]


def _sum(changes: Changes, metadata: ListMetadata) -> Iterator[str]:
    """Opening, what moved it, closing: whole dollars that add up."""
    usd = rounded_dollars(changes.dollars)
    yield _row(f"on {changes.since}", money(usd[OPENING]))
    yield from (_row(f"  {words}", signed_money(usd[part])) for part, words in MOVED.items() if part in usd)
    yield _row(f"on {metadata.as_of}", money(usd[CLOSING]))


def _row(words: str, amount: str) -> str:
    return f"{pad(words, NAME + 6)} {amount:>{AMOUNT}}"


def _heading(title: str, count: int, top: int) -> str:
    return f"{title}: {count:,}" + (f", the first {top:,}" if count > top else "")


def _accounts(rows: pd.DataFrame, metadata: ListMetadata) -> Iterator[str]:
    for _, row in rows.iterrows():
        why = _rank(row) if pd.notna(row["rank_before"]) else "not a live account before"
        yield _line(row, f"{row['rank']:,}", change_text(row, metadata.horizon_days) or why)


def _rank(row: pd.Series) -> str:
    if row["rank"] == row["rank_before"]:
        return f"place {row['rank']:,} as before"
    return f"place {row['rank']:,} from {row['rank_before']:,.0f}"


def _line(row: pd.Series, rank: str, note: str) -> str:
    name = plain(row["name"] or row["account_id"])
    return f"{rank:>5} {pad(name, NAME)} {money(row['arr_usd']):>11}  {note}"
