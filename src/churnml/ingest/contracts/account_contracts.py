"""All that is looked at over several contracts of an account, in the order in which one rests on another."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import duckdb

from churnml.data.book import BookSettings
from churnml.ingest.contracts.amendments import (
    end_with_their_terms,
    refuse_negative_sums,
    refuse_slips,
    take_over_notices,
)
from churnml.ingest.contracts.answered_notices import answer_notices
from churnml.ingest.contracts.contract_lines import separate_lines
from churnml.ingest.contracts.replacements import replace_terms
from churnml.ingest.contracts.seat_lines import group_seats
from churnml.ingest.contracts.terms import JUDGED
from churnml.ingest.contracts.unknown_dates import open_ends, unknown_starts
from churnml.params.book import Ingest


@dataclass(frozen=True)
class AccountContracts:
    """The contracts of a book's accounts, each account's read together; ``present`` are the columns given, by table."""

    book: BookSettings
    ingest: Ingest
    present: Mapping[str, AbstractSet[str]]

    def before_versions(self, con: duckdb.DuckDBPyConnection) -> list[str]:
        """Failures, after giving lines and terms that share a contract number a ``line_id`` each."""
        return separate_lines(con, self.present["contracts"])

    def after_versions(self, con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
        """Notices and failures, after completing ``judged.contracts``: dates not given, terms replaced, amendments, notices, seats."""
        notices = open_ends(con, self.book) + unknown_starts(con, "usage" in self.present)
        takes_away, has_notices = con.execute(
            f"SELECT coalesce(bool_or(arr < 0 OR seats < 0), false), count(notice_at) > 0 FROM {JUDGED} WHERE reason IS NULL"
        ).fetchall()[0]
        if takes_away:
            refuse_slips(con)
        replaced, overlap_failures = replace_terms(con, self.book, self.ingest)
        notices += replaced
        if takes_away:
            end_with_their_terms(con)
            take_over_notices(con)
            notices += refuse_negative_sums(con)
        notices += answer_notices(con, self.ingest.renewal_gap_days) if has_notices else []
        seats, seat_failures = group_seats(con, self.book)
        return notices + seats, overlap_failures + seat_failures
