"""Written times: each value is read by the form its book declares, whole; what has another form is named, never cast.

A day is cut in the book's zone. A time without a zone stands in the book's zone, and a bare day stays that day.
"""

import re
from typing import Literal

from churnml.ingest.values.forms import Form, literal

Style = Literal["iso", "day-first", "month-first"]

ISO = r"^\d{4}-\d{1,2}-\d{1,2}"
WRITTEN = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"

DATE = {
    "iso": r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})",
    "day-first": r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})",
    "month-first": r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})",
}
PARTS = {"iso": "ymd", "day-first": "dmy", "month-first": "mdy"}
PLAIN_DATE = {"iso": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"} | dict.fromkeys(("day-first", "month-first"), r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")  # fmt: skip
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
ZONE = r"(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
ZONED = r".*\d:\d{2}.*(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)(?:\[[A-Za-z_/]+\])?"
TIME = (
    r"(?:(?:[Tt]| +)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?: *([AaPp])\.?[Mm]\.?)?"
    r"(?: *(Z|z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)(?:\[[A-Za-z_/]+\])?)?)?"
)
"""A time of day after a date: 24 hours or AM and PM, and the zones Z, UTC, GMT and an offset, after which its city may stand in brackets."""

FIELDS = ("hour", "minute", "second", "fraction", "half", "zone")
MONTHS = "jan|feb|mar|m\u00e4r|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
ANY_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"

FORMS = (
    Form(r"(?i:[+-]?inf(?:inity)?)", "stand for an end that is not set",
         "leave them blank: nullif({column}, '{value}') AS {column}", is_slip=False),
    Form(r"0+(?:\.0*)?", "are zero, a word for 'never'", "leave them blank: nullif({column}, '{value}') AS {column}"),
    Form(r"\d{1,2}(?:-\d{1,2}[/.]|/\d{1,2}[-.]|\.\d{1,2}[-/])\d{2}(?:[T ].*)?",
         "have a year of two digits and mixed separators, which are of no style", "find out which part is the year; only then write {parsed}"),
    Form(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:[T ].*)?", "have a year of two digits", "write {parsed}"),
    Form(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\.0)?", "are days without separators",
         "write strptime(left({column}, 8), '%Y%m%d') AS {column}"),
    Form(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[T ]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?Z?", "are times without separators",
         "write {parsed}"),
    Form(r"-?\d{9,10}(?:\.\d+)?", "look like epoch seconds", "write to_timestamp(CAST({column} AS DOUBLE)) AS {column}"),
    Form(r"\d{12,13}(?:\.0*)?", "look like epoch milliseconds",
         "write epoch_ms(CAST({column} AS BIGINT)) AT TIME ZONE 'UTC' AS {column}"),
    Form(r"\d{15,16}(?:\.0*)?", "look like epoch microseconds",
         "write make_timestamp(CAST({column} AS BIGINT)) AT TIME ZONE 'UTC' AS {column}"),
    Form(r"\d{18,19}", "look like epoch nanoseconds",
         "write make_timestamp(CAST({column} AS BIGINT) // 1000) AT TIME ZONE 'UTC' AS {column}"),
    Form(r"[1-7]\d{4}(?:\.0*)?", "look like a spreadsheet's serial days",
         "write DATE '1899-12-30' + CAST(CAST({column} AS DOUBLE) AS INTEGER) AS {column}"),
    Form(r"[1-7]\d{4}\.\d+", "look like a spreadsheet's serial days with a time",
         "write TIMESTAMP '1899-12-30' + to_seconds(round(CAST({column} AS DOUBLE) * 86400)) AS {column}"),
    Form(r"(?i:(?:fy ?)?\d{2,4}[-/. ]?q[1-4]|q[1-4][-/. ]*(?:fy ?)?'?\d{2,4})", "name a quarter, no day", "say which day is meant, in the SQL"),
    Form(r"(?:19|20)\d{2}-?W\d{2}-?\d|(?:19|20)\d{2}-[0-3]\d{2}", "are days of a week or of a year by number", "write the days as YYYY-MM-DD"),
    Form(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}", "are rounded numbers: a spreadsheet has made one time of several", "export the column as text"),
    Form(r"'.*|=\"?.*", "have a spreadsheet's mark in front", "take it off: trim({column}, '=\"''') AS {column}"),
    Form(rf"(?i:.*\d.*(?:{MONTHS}).*|.*(?:{MONTHS}).*\d.*)", "name the month in letters", "write {parsed}"),
    Form(rf"{ANY_DATE}[T ]+24:\d{{2}}.*", "stand at 24 o'clock", "write the next day at 00:00 in the SQL"),
    Form(rf"(?i:{ANY_DATE}[T ]+\d{{1,2}}:\d{{2}}.*[ap]\.?m\.?)", "are of a 12-hour clock, beyond 12",
         "mend the source, or take the letters off in the SQL if the hours are of 24"),
    Form(rf"{ANY_DATE}[T ]+\d{{1,2}}:\d{{2}}[\d:.,+-]* ?[\[(]?(?:[A-Z]{{2,5}}|[A-Z][A-Za-z]+/[A-Za-z_/]+)[\])]?",
         "carry a zone by name, of which only UTC, GMT and Z are read",
         "write its offset: replace({column}, '{zone}', '+00:00') AS {column}, with the right hours"),
    Form(rf"{ANY_DATE}(?:[T ]+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?\D.*", "have text after the date or time", "take it off in the SQL, or put it right"),
    Form(r"(?:19|20)\d{2}(?:[-/.](?:0?[1-9]|1[0-2]|Q[1-4]|W\d{2}))?", "name a month or a year, no day", "say which day is meant: {column} || '-01' AS {column}"),
)  # fmt: skip
"""Forms that are refused: each would be cast to something, or to nothing, by a reader that guesses."""


def whole(style: Style) -> str:
    """The form of a time whose date is in a style: the date, and after it at most a time of day and a zone."""
    return DATE[style] + TIME


def simple(style: Style, *, zoned: bool) -> str:
    """The commonest forms of a time, which a cast alone reads right."""
    return rf"{PLAIN_DATE[style]}(?:[T ]{CLOCK})?" if not zoned else rf"{PLAIN_DATE[style]}[T ]{CLOCK}{ZONE}"


def has_zone(value: str) -> str:
    """SQL for whether a value of a readable form carries a zone."""
    return f"regexp_full_match({value}, {literal(ZONED)})"


def simple_instant(value: str, style: Style, *, zoned: bool) -> str:
    """SQL for a time of a simple form: without a zone as written, with one in UTC."""
    if style != "iso":
        year_first = {"day-first": r"\3-\2-\1", "month-first": r"\3-\1-\2"}[style]
        value = f"regexp_replace({value}, {literal('^' + DATE[style])}, {literal(year_first)})"
    return (
        f"TRY_CAST({value} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'" if zoned else f"TRY_CAST({value} AS TIMESTAMP)"
    )


def instant(value: str, style: Style) -> str:
    """SQL for a time of any readable form as ``{at, zoned}``: without a zone as written, with one in UTC. NULL where it has no such form."""
    fields = ", ".join(f"'{field}'" for field in (*PARTS[style], *FIELDS))
    found = f"regexp_extract({value}, {literal(f'^{whole(style)}$')}, [{fields}])"
    hour = """CASE WHEN p.hour = '' THEN 0 WHEN p.half = '' THEN CAST(p.hour AS INTEGER)
        WHEN CAST(p.hour AS INTEGER) BETWEEN 1 AND 12 THEN CAST(p.hour AS INTEGER) % 12 + CASE WHEN lower(p.half) = 'p' THEN 12 ELSE 0 END END"""
    second = "coalesce(nullif(p.second, ''), '00') || '.' || left(p.fraction || '000000', 6)"
    clock = f"CAST({hour} AS VARCHAR) || ':' || coalesce(nullif(p.minute, ''), '00') || ':' || {second}"
    offset = """CASE WHEN p.zone[1] NOT IN ('+', '-') OR p.zone = '' THEN 0 ELSE CAST(p.zone[1] || '1' AS INTEGER)
        * (60 * CAST(p.zone[2:3] AS INTEGER) + CASE WHEN length(p.zone) > 3 THEN CAST(right(p.zone, 2) AS INTEGER) ELSE 0 END) END"""
    at = f"TRY_CAST(p.y || '-' || p.m || '-' || p.d || ' ' || {clock} AS TIMESTAMP) - to_minutes({offset})"
    return f"list_transform([{found}], lambda p: CASE WHEN p.y <> '' THEN {{'at': {at}, 'zoned': p.zone <> ''}} END)[1]"


def to_utc(moment: str, zone: str) -> str:
    """SQL for a moment written in the book's zone."""
    if zone == "UTC":
        return moment
    # A bare day stays that day: midnight in New York is not an event at five in the morning, nor the evening before.
    return f"CASE WHEN {moment} = date_trunc('day', {moment}) THEN {moment} ELSE {moment} AT TIME ZONE '{zone}' AT TIME ZONE 'UTC' END"


def day_in(moment: str, zone: str) -> str:
    """SQL for the day on which a moment of UTC falls in a zone."""
    return (
        f"CAST({moment} AS DATE)"
        if zone == "UTC"
        else f"CAST({moment} AT TIME ZONE 'UTC' AT TIME ZONE '{zone}' AS DATE)"
    )


def formats(value: str) -> list[str]:
    """The formats of ``strptime`` in which a value may be written.

    >>> formats("24-10-20")
    ['%y-%m-%d', '%d-%m-%y', '%m-%d-%y']
    >>> formats("Jan 31, 2024 9:30 PM")
    ['%b %d, %Y %I:%M %p']
    """
    half = re.search(r"(?i)[ap]m$", value)
    form = re.sub(r"(?i)[ap]m$", "%p", value)
    form = re.sub(r"\d{1,2}:\d{2}:\d{2}\.\d+", "%H:%M:%S.%f", form)
    form = re.sub(r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S", form)
    form = re.sub(r"\d{1,2}:\d{2}", "%H:%M", form)
    form = form.replace("%H", "%I") if half else form
    form = re.sub(r"(?i)\b(mon|tue|wed|thu|fri|sat|sun)\b", "%a", form)
    form = re.sub(r"(?i)\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", "%A", form)
    form = re.sub(r"(?i)(?<![a-z%])(january|february|march|april|june|july|august|september|october|november|december)", "%B", form)  # fmt: skip
    form = re.sub(rf"(?i)(?<![a-z%])({MONTHS})(?![a-z])", "%b", form)
    form = re.sub(r"(?<!\d)(19|20)\d{2}(?!\d)", "%Y", form)
    compact = re.fullmatch(r"\d{8}(\d\d)?([T ]?)\d{4}(\d\d)?(Z?)", value)
    if compact:
        seconds = "%S" if len(re.sub(r"\D", "", value)) == 14 else ""
        return [f"%Y%m%d{compact[2]}%H%M{seconds}{compact[4]}"]
    if two := re.match(r"\d{1,2}([-/.])\d{1,2}([-/.])\d{2}(?!\d)", form):
        orders = ("%y{}%m{}%d", "%d{}%m{}%y", "%m{}%d{}%y")
        # A year stands first with hyphens only; with points and strokes only where nothing else fits. Mixed separators say nothing.
        ranked = orders if two[1] == "-" else (*orders[1:], orders[0])
        return [order.format(two[1], two[2]) + form[two.end() :] for order in ranked]
    days = re.sub(r"(?<![\d%])\d{1,2}(?!\d)", "%d", form, count=1)
    return [re.sub(r"(?<![\d%])\d{2}(?!\d)", "%y", days)]
