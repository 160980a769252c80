"""What several entries of the catalogue say the same way.

Means divide an exact sum by a count, so that neither row order nor threads can move a byte. Days are those of the calendar: a moment is
cast to its date before days are counted, since engines differ on whether 25 hours across two midnights are one day or two.
"""

from dataclasses import replace

from churnml.features.spec import Feature, ratio
from churnml.timeline import Window

HALF_YEAR, BEFORE_HALF = Window(182), Window(182, ago=182)


def now_and_before(feature: Feature) -> tuple[Feature, Feature]:
    """The feature over the last half year and, as a building block to compare with, over the half year before."""
    return replace(feature, window=HALF_YEAR), replace(feature, window=BEFORE_HALF, is_input=False)


def mean(value: str, where: str) -> str:
    """SQL for the mean of a value over the rows that meet a condition; unknown where none does.

    >>> mean("tone", "true")
    'CAST(sum(tone) FILTER (WHERE true) AS DOUBLE) / nullif(count(tone) FILTER (WHERE true), 0)'
    """
    return f"CAST(sum({value}) FILTER (WHERE {where}) AS DOUBLE) / nullif(count({value}) FILTER (WHERE {where}), 0)"


def share(condition: str, where: str) -> str:
    """SQL for the share of the rows meeting ``where`` that meet a condition, too; unknown where there is none.

    >>> share("a > 1", "true")
    'CAST(count(*) FILTER (WHERE (true) AND (a > 1)) AS DOUBLE) / nullif(count(*) FILTER (WHERE true), 0)'
    """
    return (
        f"CAST(count(*) FILTER (WHERE ({where}) AND ({condition})) AS DOUBLE) "
        f"/ nullif(count(*) FILTER (WHERE {where}), 0)"
    )


def pace(table: str, part: str, whole: str, recent: Window, before: Window) -> str:
    """SQL for the pace of single happenings beside that of the days before, as far as those could have shown any; at most five times.

    Unknown until half of the days before could have.
    """
    seen = f"least({before.days}.0, {table}_observed_days - {before.ago})"
    needed = before.ago + (before.days + 1) // 2
    return f"CASE WHEN {table}_observed_days >= {needed} THEN {ratio(f'({part} / {recent.days}.0)', f'({whole} / {seen})', 5)} END"


def per_100_seats(column: str) -> str:
    """SQL for a count beside the account's paid seats, so that size is not health; unknown without seats.

    >>> per_100_seats("open_tickets")
    '100.0 * open_tickets / nullif(seats, 0)'
    """
    return f"100.0 * {column} / nullif(seats, 0)"


def says(column: str, *words: str) -> str:
    """SQL for whether a column's text contains one of some words, whatever their case.

    >>> says("topic", "bug", "defect")
    "(lower(topic) LIKE '%bug%' OR lower(topic) LIKE '%defect%')"
    """
    return "(" + " OR ".join(f"lower({column}) LIKE '%{word}%'" for word in words) + ")"
