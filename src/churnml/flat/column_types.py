"""A raw column as numbers, days or words: decided by all of its values, never by the first few."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from churnml.data.book import Dialect
from churnml.errors import BookError
from churnml.ingest.values import numbers
from churnml.ingest.values.null_words import MEASURE_WORDS, WORDS
from churnml.ingest.values.times import PARTS, WRITTEN, whole

Kind = Literal["number", "date", "category"]
Style = Literal["day-first", "month-first"]

MEASURE_NOTHING = {word.lower() for word in (*WORDS, *MEASURE_WORDS)}
"""What stands for nothing in a column of numbers or days, where the dialect declares no words of its own."""

POINTS = r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+"
COMMAS_BETWEEN = r"[+-]?[$€£]?\d{1,3}(,\d{3})*(\.\d+)?"
FORMS = {
    POINTS: ("", "."),
    COMMAS_BETWEEN: (r"[,$€£]", "."),
    r"[+-]?[$€£]?\d{1,3}(\.\d{3})*,\d+|[+-]?\d+": (r"[.$€£]", ","),
}
"""How numbers may be written where it is not declared: what is to be taken away, and the decimal sign."""

SURE_COMMAS = r".*,\d{3}(,\d{3}|\.\d+)"
"""A comma that can only stand between thousands; of ``1,234`` nobody knows."""

FLOAT = re.compile(r"^([+-]?\d+)\.0$")

ZEROS = r"0\d+"
"""A code, not a number."""


@dataclass(frozen=True)
class Typed:
    """A column read: numbers as floats, days as timestamps, categories as text or None.

    ``strays`` are the written values of another kind that count as missing, in order of the rows.
    """

    kind: Kind
    values: "pd.Series[Any]"
    strays: tuple[str, ...] = ()


def typed(
    raw: "pd.Series[Any]", max_stray_share: float, style: Style | None, dialect: Dialect | None = None
) -> Typed:
    """The column as what nearly all of its written values are; BookError where numbers or days may be read two ways.

    Up to ``max_stray_share`` of the values may be something else; they count as missing and are named. Numbers are read by the signs that
    the dialect declares, and by no others.

    >>> typed(pd.Series(["1.5", " ", "2"]), 0.0, None).kind, typed(pd.Series(["007", "8"]), 0.0, None).kind
    ('number', 'category')
    >>> typed(pd.Series(["6.000", "800"]), 0.0, None, Dialect(thousands=".")).values.tolist()
    [6000.0, 800.0]
    """
    if pd.api.types.is_datetime64_any_dtype(raw):
        return Typed("date", raw.dt.tz_localize(None))
    if pd.api.types.is_bool_dtype(raw) or pd.api.types.is_numeric_dtype(raw):
        return Typed("number", raw.astype("float64"))
    dialect = dialect or Dialect()
    text = _stripped(raw)
    is_declared = "null_words" in dialect.model_fields_set
    is_nothing = text.isin(dialect.null_words) if is_declared else text.isin(WORDS)
    is_no_measure = is_nothing if is_declared else text.fillna("").str.lower().isin(MEASURE_NOTHING)
    known_text = text.where(~is_no_measure)
    kind: Kind = "number"
    values = _numbers(known_text, max_stray_share, dialect)
    if values is None:
        kind, values = "date", _days(known_text, max_stray_share, style)
    if values is None:
        return Typed("category", written(raw).where(~is_nothing, None).astype("object"))
    return Typed(kind, values, tuple(known_text[values.isna()].dropna()))


def written(raw: "pd.Series[Any]") -> "pd.Series[Any]":
    """The values as trimmed text, None where blank; 1.0 is written as 1.

    >>> written(pd.Series(["1.0", " b ", ""])).tolist()
    ['1', 'b', None]
    """
    return _stripped(raw).map(lambda v: None if v is None else FLOAT.sub(r"\1", v)).astype("object")


def _stripped(raw: "pd.Series[Any]") -> "pd.Series[Any]":
    text = raw.astype("object").map(lambda v: None if v is None or pd.isna(v) else str(v).strip())
    text = text.astype("object")
    return text.where(text.notna() & (text != ""), None)


def date_style(raw: "pd.Series[Any]") -> Style | None:
    """The style that a column's days prove; None where it has none, or none beyond the twelfth."""
    first, second = _first_two(written(raw))
    if (first > 12).any() == (second > 12).any():
        return None
    return "day-first" if (first > 12).any() else "month-first"


def _numbers(
    known_text: "pd.Series[Any]", max_stray_share: float, dialect: Dialect
) -> "pd.Series[Any] | None":
    known = known_text.dropna()
    if known.empty or known.str.fullmatch(ZEROS).any():
        return None
    if numbers.is_declared(dialect):
        decimal, thousands = numbers.signs(dialect)
        found = _read(known_text, numbers.pattern(dialect), numbers.mark(thousands), decimal, max_stray_share)
        if found is None and any((~known.str.fullmatch(form)).mean() <= max_stray_share for form in FORMS):
            other = known[~known.str.fullmatch(numbers.pattern(dialect))].iloc[0]
            raise BookError(
                f"column '{known.name}' holds numbers like {other}, which are not written as --dialect says; write all columns alike, or "
                f"--drop '{known.name}'."
            )
        return found
    for pattern, (drop, decimal) in FORMS.items():
        found = _read(known_text, pattern, drop, decimal, max_stray_share)
        if found is not None:
            _refuse_two_ways(known, pattern)
            return found
    return None


def _read(
    known_text: "pd.Series[Any]", pattern: str, drop: str, decimal: str, max_stray_share: float
) -> "pd.Series[Any] | None":
    """The numbers of a column of which nearly all values have a form, missing where one has not."""
    known = known_text.dropna()
    if (~known.str.fullmatch(pattern)).mean() > max_stray_share:
        return None
    of_form = known_text.where(known_text.str.fullmatch(pattern).eq(True))
    plain = of_form.str.replace(drop, "", regex=True) if drop else of_form
    return pd.to_numeric(plain.str.replace(decimal, "."), errors="coerce").astype("float64")


def _refuse_two_ways(known: "pd.Series[Any]", pattern: str) -> None:
    """BookError where nothing in the column says whether a sign stands between thousands or before decimals."""
    if pattern == POINTS:
        forms = {"groups": numbers.GROUP, "zeros": numbers.ROUND_GROUP, "three": numbers.THREE_PLACES, "other": numbers.OTHER_PLACES}  # fmt: skip
        counts = {name: int(known.str.fullmatch(form).sum()) for name, form in forms.items()}
        is_open, sign, form = numbers.may_be_thousands(counts), ".", numbers.GROUP
    else:
        sign, form = ",", r"[+-]?[$€£]?[1-9]\d{0,2},\d{3}"
        is_open = pattern == COMMAS_BETWEEN and not known.str.fullmatch(SURE_COMMAS).any() and bool(known.str.fullmatch(form).any())  # fmt: skip
    if is_open:
        of_form = known[known.str.fullmatch(form)]
        raise BookError(
            f"column '{known.name}' holds {len(of_form):,} numbers like {of_form.iloc[0]}, and nothing says whether that sign stands between "
            f"thousands or before decimals; say --dialect 'thousands={sign}' or --dialect 'decimal={sign}', or --drop '{known.name}'."
        )


def _days(
    known_text: "pd.Series[Any]", max_stray_share: float, style: Style | None
) -> "pd.Series[Any] | None":
    known = known_text.dropna()
    if known.empty:
        return None
    if (~known.str.fullmatch(whole("iso"))).mean() <= max_stray_share:
        return _dated(known_text, "iso", max_stray_share)
    if (~known.str.fullmatch(whole("day-first"))).mean() > max_stray_share:
        return None
    days_style = date_style(known) or style
    if days_style is None:
        raise BookError(
            f"column '{known_text.name}' holds days like '{known.iloc[0]}', and nothing says which number is the month; "
            f"say --dates day-first or --dates month-first, or --drop '{known_text.name}'."
        )
    return _dated(known_text, days_style, max_stray_share)


def _dated(
    known_text: "pd.Series[Any]", style: Literal["iso", "day-first", "month-first"], max_stray_share: float
) -> "pd.Series[Any] | None":
    """The days of a column in one style; None where more than a few of its values are no days of a calendar."""
    parts = known_text.str.extract(f"^{whole(style)}$").iloc[:, :3].set_axis([*PARTS[style]], axis=1)
    written_days = parts["y"] + "-" + parts["m"].str.zfill(2) + "-" + parts["d"].str.zfill(2)
    days: pd.Series[Any] = pd.to_datetime(written_days, format="%Y-%m-%d", errors="coerce")
    return days if days[known_text.notna()].isna().mean() <= max_stray_share else None


def _first_two(text: "pd.Series[Any]") -> tuple["pd.Series[Any]", "pd.Series[Any]"]:
    numbers = text.dropna().astype("object").astype("str").str.extract(WRITTEN)
    return pd.to_numeric(numbers[0]), pd.to_numeric(numbers[1])
