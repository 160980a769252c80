"""Written numbers: read as declared, never guessed; ``6.000`` is six or six thousand, and no value in a column of such says which."""

from collections.abc import Mapping

from churnml.data.book import Dialect
from churnml.data.schema import MONEY, WHOLE, Column
from churnml.ingest.values.forms import Form, literal

PLAIN = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]-\d{1,2})?"
"""Digits and a point. A negative exponent is how programs write what is nearly zero; a positive one is how Excel rounds."""

SIMPLE = r"[+-]?\d+(?:\.(?:\d{0,2}|\d{4,}))?"
"""Digits of which no point may stand between thousands."""

GROUP = r"[+-]?[1-9]\d{0,2}\.\d{3}"
"""What may be thousands as well as a number with three decimals."""

ROUND_GROUP = r"[+-]?[1-9]\d{0,2}\.\d{2}0"

THREE_PLACES = r"[+-]?(?:0|\d{4,})\.\d{3}"
"""Only a decimal point can stand there: the column is written with three decimals."""

OTHER_PLACES = r"[+-]?\d*\.(?:\d{1,2}|\d{4,})"
SPACE, APOSTROPHE = "[ \u00a0\u2009\u202f]", "['\u2019]"
DECLARE = "under files: in book.yaml"

FORMS = (
    Form(r"[+-]?(?i:inf|infinity)", "are no number", "write nullif({column}, '{value}') AS {column}"),
    Form(r"[+-]?\d{1,3}(?:\.\d{3})*,\d{1,2}|[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{4,},\d+|[+-]?0,\d+",
         "have a decimal comma or points between thousands", f"say 'decimal: \",\"' and 'thousands: \".\"' {DECLARE}"),
    Form(r"[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|[+-]?\d{1,3}(?:,\d{3})+\.\d+", "have commas between thousands",
         f"say 'thousands: \",\"' {DECLARE}"),
    Form(r"[+-]?\d{1,3},\d{3}", "have a comma between thousands or a decimal comma",
         f"say 'thousands: \",\"' or 'decimal: \",\"' {DECLARE}"),
    Form(rf"[+-]?\d{{1,3}}(?:{SPACE}\d{{3}})+(?:[.,]\d+)?", "have spaces between thousands", f"say 'thousands: \" \"' (and 'decimal:') {DECLARE}"),
    Form(rf"[+-]?\d{{1,3}}(?:{APOSTROPHE}\d{{3}})+(?:[.,]\d+)?", "have apostrophes between thousands", f"say 'thousands: \"''\"' {DECLARE}"),
    Form(r"[+-]?\d+(?:_\d+)+(?:\.\d+)?", "have underscores between thousands", "write replace({column}, '_', '') AS {column}"),
    Form(r"\( ?[^()]*\d[^()]*\)", "are negative amounts in brackets", "write replace(replace({column}, '(', '-'), ')', '') AS {column}"),
    Form(r"\d[\d.,]*-", "have the minus sign behind", "write the sign in front: CASE WHEN ends_with({column}, '-') THEN '-' || rtrim({column}, '-') ELSE {column} END AS {column}"),
    Form("[\u2212\u2010-\u2015\ufe63\uff0d][\\d.,]+", "have a minus sign that is none (a dash)", "write replace({column}, '{first}', '-') AS {column}"),
    Form(r"[+-]?\d[\d.,]* ?[%‰]", "are percentages", "write CAST(rtrim({column}, ' %') AS DOUBLE) / 100 AS {column} where a share is meant, rtrim({column}, ' %') where not"),
    Form(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}", "are in scientific notation, which rounds", "export the column as a plain number, or write CAST({column} AS DOUBLE) AS {column} where nothing is lost"),
    Form(rf"[+-]?(?:[$£€¥₹]|[A-Z]{{1,3}}\$|[A-Z]{{3}}|kr|Fr\.?){SPACE}?[+-]?\d(?:[\d.,']|{SPACE}|{APOSTROPHE})*|[+-]?\d(?:[\d.,']|{SPACE}|{APOSTROPHE})*(?:[$£€¥₹]|[A-Z]{{3}}|kr)",
         "carry a currency", "take it off in the SQL (and name it in currency): regexp_replace({column}, '[^0-9.-]', '', 'g') AS {column}"),
    Form(r"[+-]?\d[\d.,]* ?(?:k|K|m|M|mio|Mio|bn|B)\.?", "are in thousands or millions by a letter", "write the number out in the SQL"),
    Form(r"#[A-Z]+[/0!?A-Z]*", "are a spreadsheet's error", "mend the sheet and export again"),
)  # fmt: skip
"""Forms that are refused where they are not declared."""


def is_declared(dialect: Dialect) -> bool:
    """Whether the book says how numbers are written."""
    return bool({"decimal", "thousands"} & dialect.model_fields_set)


def pattern(dialect: Dialect) -> str:
    """The form of numbers, as the book declares it."""
    decimal, thousands = signs(dialect)
    if not thousands and decimal == ".":
        return PLAIN
    whole = rf"(?:\d+|\d{{1,3}}(?:{mark(thousands)}\d{{3}})+)" if thousands else r"\d+"
    point = r"\." if decimal == "." else decimal
    return rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE]-\d{{1,2}})?"


def signs(dialect: Dialect) -> tuple[str, str]:
    """The decimal sign and the thousands sign; where only points between thousands are declared, decimals have a comma."""
    if "decimal" not in dialect.model_fields_set and dialect.thousands == ".":
        return ",", "."
    return dialect.decimal, dialect.thousands


def mark(thousands: str) -> str:
    """The pattern of a sign between thousands: any kind of space or apostrophe where one is declared."""
    return {".": r"\.", " ": SPACE, "'": APOSTROPHE}.get(thousands, thousands)


def plain(value: str, dialect: Dialect) -> str:
    """SQL for a value of the declared form as digits with a point."""
    decimal, thousands = signs(dialect)
    if thousands:
        value = f"regexp_replace({value}, {literal(mark(thousands))}, '', 'g')"
    return value if decimal == "." else f"replace({value}, '{decimal}', '.')"


def cast(column: Column, value: str, dialect: Dialect, *, is_checked: bool) -> str:
    """SQL for a written number's typed value, NULL where it is not of the declared form; ``is_checked`` where all values are known to be."""
    number = plain(value, dialect)
    if column.type == WHOLE:
        number = f"CASE WHEN regexp_full_match({number}, '[+-]?\\d+(\\.0*)?') THEN {number} END"
    if not is_checked:
        number = f"CASE WHEN regexp_full_match({value}, {literal(pattern(dialect))}) THEN {number} END"
    return f"TRY_CAST({number} AS {column.type})"


def cast_typed(column: Column, value: str, raw_type: str) -> str:
    """SQL for the typed value of a number that came typed: a part of a whole is none, NaN and infinity are no numbers."""
    if column.type == WHOLE and (raw_type in ("DOUBLE", "FLOAT") or raw_type.startswith("DECIMAL")):
        return f"TRY_CAST(CASE WHEN {value} = trunc({value}) THEN {value} END AS {WHOLE})"
    return f"TRY_CAST({value} AS {column.type})"


def may_hold_thousands(column: Column) -> bool:
    """Whether a column's values reach thousands, so that a point may stand between them."""
    return column.type in (MONEY, WHOLE) or column.name == "quantity"


def measures(value: str) -> dict[str, str]:
    """SQL for the counts that decide whether points may stand between thousands."""
    has_point = f"contains({value}, '.') AND regexp_full_match({value}, "
    return {"groups": f"{has_point}{literal(GROUP)})", "zeros": f"{has_point}{literal(ROUND_GROUP)})",
            "three": f"{has_point}{literal(THREE_PLACES)})", "other": f"{has_point}{literal(OTHER_PLACES)})"}  # fmt: skip


def may_be_thousands(counts: Mapping[str, int]) -> bool:
    """Whether points may stand between thousands: nothing proves that the column has three decimals throughout.

    Beside other numbers of decimals ``1.234`` is one of a float's many lengths, but no float ends in a zero.
    """
    doubtful = counts["zeros"] if counts["other"] else counts["groups"]
    return doubtful > 0 and counts["three"] == 0
