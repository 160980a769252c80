"""Words for nothing: what stands in a cell that a database client, a spreadsheet or a data frame has left empty."""

from churnml.data.book import Dialect
from churnml.data.schema import DAY, MOMENT, TEXT, Column
from churnml.ingest.values.forms import literal

WORDS = ("NULL", "Null", "null", "(NULL)", "(null)", "<NULL>", "<null>", "[NULL]", "[null]", "\\N", "\\\\N", "N/A", "n/a", "N.A.", "n.a.",
         "#N/A", "#N/A N/A", "#n/a", "<NA>", "-", "--", "---", "–", "—", "nan", "NaN", "NAN", "-nan", "NaT", "None", "nil", "Nil", "NIL",
         "undefined")  # fmt: skip
"""Words no one gives a thing for a name, in the spelling in which programs write them."""

MEASURE_WORDS = (
    "NA",
    "na",
    "Na",
    "none",
    "NONE",
    "?",
    ".",
    "..",
    "n.d.",
    "tbd",
    "TBD",
    "unknown",
    "Unknown",
    "UNKNOWN",
)
"""Words for nothing where a number or a day belongs; as text they may mean something (Namibia, a plan called 'none')."""

ZERO_DAYS = ("0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00", "0000-00-00T00:00:00Z", "0000/00/00", "00/00/0000",
             "00.00.0000", "00-00-0000", "00000000")  # fmt: skip
"""MySQL's and SAP's day for 'never'."""


def null_words(column: Column, dialect: Dialect) -> tuple[str, ...]:
    """The words that are blank in a column: those the book declares, else those that programs write."""
    if "null_words" in dialect.model_fields_set:
        return dialect.null_words
    measures = () if column.type == TEXT else MEASURE_WORDS
    return WORDS + measures + (ZERO_DAYS if column.type in (DAY, MOMENT) else ())


def is_null_word(value: str, words: tuple[str, ...]) -> str:
    """SQL for whether a value is one of the words."""
    return f"{value} IN ({', '.join(map(literal, words))})" if words else "false"
