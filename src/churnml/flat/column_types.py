"""A raw column as numbers, days or words: decided by all of its values, never by the first few."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from churnml.errors import BookError
from churnml.ingest.values.times import ISO, WRITTEN

Kind = Literal["number", "date", "category"]
Style = Literal["day-first", "month-first"]

SILENT = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?"}
"""What stands for nothing in a column of numbers or days."""

NUMBERS = {
    r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+": ("", ""),
    r"[+-]?[$€£]?\d{1,3}(,\d{3})*(\.\d+)?": (r"[,$€£]", ""),
    r"[+-]?[$€£]?\d{1,3}(\.\d{3})*,\d+|[+-]?\d+": (r"[.$€£]", ""),
}
"""How numbers may be written, and what to take away before a decimal comma becomes a point."""

WHOLE_NUMBER = re.compile(r"^([+-]?\d+)\.0+$")

ZEROS = r"0\d+"
"""A code, not a number."""


@dataclass(frozen=True)
class Typed:
    """A column read: numbers as floats, days as timestamps, categories as text or None."""

    kind: Kind
    values: "pd.Series[Any]"


def typed(raw: "pd.Series[Any]", max_stray_share: float, style: Style | None) -> Typed:
    """The column as what nearly all of its written values are; BookError where days may be read two ways.

    Up to ``max_stray_share`` of the values may be something else; they count as missing.

    >>> typed(pd.Series(["1.5", " ", "2"]), 0.0, None).kind, typed(pd.Series(["007", "8"]), 0.0, None).kind
    ('number', 'category')
    """
    if pd.api.types.is_datetime64_any_dtype(raw):
        return Typed("date", raw.dt.tz_localize(None))
    if pd.api.types.is_bool_dtype(raw) or pd.api.types.is_numeric_dtype(raw):
        return Typed("number", raw.astype("float64"))
    text = written(raw)
    known_text = text.where(~text.fillna("").str.lower().isin(SILENT))
    numbers = _numbers(known_text, max_stray_share)
    if numbers is not None:
        return Typed("number", numbers)
    days = _days(known_text, max_stray_share, style)
    return Typed("date", days) if days is not None else Typed("category", text.astype("object"))


def written(raw: "pd.Series[Any]") -> "pd.Series[Any]":
    """The values as trimmed text, None where blank; 1.0 is written as 1.

    >>> written(pd.Series(["1.0", " b ", ""])).tolist()
    ['1', 'b', None]
    """
    values = raw.astype("object")
    text = values.map(lambda v: None if v is None or pd.isna(v) else WHOLE_NUMBER.sub(r"\1", str(v).strip()))
    text = text.astype("object")
    return text.where(text.notna() & (text != ""), None)


def date_style(raw: "pd.Series[Any]") -> Style | None:
    """The style that a column's days prove; None where it has none, or none beyond the twelfth."""
    first, second = _first_two(written(raw))
    if (first > 12).any() == (second > 12).any():
        return None
    return "day-first" if (first > 12).any() else "month-first"


def _numbers(known_text: "pd.Series[Any]", max_stray_share: float) -> "pd.Series[Any] | None":
    known = known_text.dropna()
    if known.empty or known.str.fullmatch(ZEROS).any():
        return None
    for pattern, (drop, by) in NUMBERS.items():
        if (~known.str.fullmatch(pattern)).mean() <= max_stray_share:
            plain = known_text.str.replace(drop, by, regex=True).str.replace(",", ".") if drop else known_text
            return pd.to_numeric(plain, errors="coerce").astype("float64")
    return None


def _days(
    known_text: "pd.Series[Any]", max_stray_share: float, style: Style | None
) -> "pd.Series[Any] | None":
    known = known_text.dropna()
    if known.empty:
        return None
    is_iso, is_written = known.str.contains(ISO), known.str.contains(WRITTEN.replace("(", "(?:"))
    if (~is_iso).mean() <= max_stray_share:
        return pd.to_datetime(known_text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    if (~is_written).mean() > max_stray_share:
        return None
    days_style = date_style(known) or style
    if days_style is None:
        raise BookError(
            f"column '{known_text.name}' holds days like '{known.iloc[0]}', and nothing says which number is the month; "
            f"say --dates day-first or --dates month-first, or --drop '{known_text.name}'."
        )
    day, month = (1, 2) if days_style == "day-first" else (2, 1)
    numbers = known_text.str.extract(WRITTEN)
    iso = numbers[2] + "-" + numbers[month - 1].str.zfill(2) + "-" + numbers[day - 1].str.zfill(2)
    return pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce")


def _first_two(text: "pd.Series[Any]") -> tuple["pd.Series[Any]", "pd.Series[Any]"]:
    numbers = text.dropna().astype("object").astype("str").str.extract(WRITTEN)
    return pd.to_numeric(numbers[0]), pd.to_numeric(numbers[1])
