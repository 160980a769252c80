"""Ids as they were written, without what cannot be seen; ids that a spreadsheet has rounded are refused.

A join compares ids by their bytes: a no-break space after one of them, or an ``é`` of two code points, makes two customers of one.
"""

import re
import unicodedata

from churnml.data.schema import TEXT, Column
from churnml.ingest.values.forms import literal

SPACES = r"\x{00A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}"
UNSEEN = r"\x{0000}-\x{001F}\x{007F}\x{00AD}\x{200B}-\x{200F}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{FEFF}"
ROUNDED = r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,3}|[+-]?\d[.,]\d+E\d{1,3}"
"""Excel's ``1.23457E+14``, a database's ``1.23457e+014`` and Java's ``1.23457E14``. A plain ``1e5`` may be somebody's id."""

FLOAT = r"\d+\.0"

KEPT, LONG, ZEROED = 15, 17, 5
"""A spreadsheet writes zeros for all digits beyond the fifteenth: so many long ids that all end so are no chance."""

SIMPLE = r"\d{1,16}|[0-9A-Za-z_-]*(?:\d[A-Za-z_-]|[A-Za-z_-]\d)[0-9A-Za-z_-]*|[!-~]+@[!-~]+"
"""Ids as most are: a short number, digits among letters, or a mail address. No word for nothing, sign that cannot be seen or number that a
spreadsheet has rounded is one."""


def is_id(column: Column) -> bool:
    """Whether a column holds ids, by which rows are joined."""
    return column.type == TEXT and (column.name.endswith("_id") or column.name == "merged_into")


def has_odd_signs(value: str) -> str:
    """SQL for whether a value may hold signs that cannot be seen: any beyond ASCII, one below '!' before all others, or a tab or line end after them."""
    ends = " OR ".join(f"ends_with({value}, chr({sign}))" for sign in (9, 10, 13))
    return f"(strlen({value}) <> length({value}) OR {value} < '!' OR {ends})"


def trimmed(value: str) -> str:
    """SQL for a value without any kind of space at its ends."""
    return f"nullif(regexp_replace({value}, '^[ {SPACES}{UNSEEN}]+|[ {SPACES}{UNSEEN}]+$', '', 'g'), '')"


def cleaned(value: str) -> str:
    """SQL for an id without signs that cannot be seen, its letters composed (NFC)."""
    seen = f"regexp_replace({value}, '[{UNSEEN}]', '', 'g')"
    spaced = f"regexp_replace({seen}, '[{SPACES}]', ' ', 'g')"
    return f"nfc_normalize({trimmed(spaced)})"


def is_long(value: str) -> str:
    """SQL for whether an id is a number surely longer than a spreadsheet keeps."""
    return f"(strlen({value}) >= {LONG} AND regexp_full_match({value}, '\\d+'))"


def is_zeroed(value: str) -> str:
    """SQL for whether such an id ends as a spreadsheet would write it."""
    return f"({is_long(value)} AND ltrim(substr({value}, {KEPT + 1}), '0') = '')"


def is_rounded(value: str) -> str:
    """SQL for whether an id is written as a rounded number."""
    return f"((contains({value}, '+') OR contains({value}, 'E')) AND regexp_full_match({value}, {literal(ROUNDED)}))"


def is_float(value: str) -> str:
    """SQL for whether an id is a whole number that a data frame has written as a float."""
    return f"(ends_with({value}, '.0') AND regexp_full_match({value}, {literal(FLOAT)}))"


def visible(value: str) -> str:
    """A value with its unseen signs spelt out.

    >>> visible("A1" + chr(0x200B)), visible("e" + chr(0x301))
    ('A1<U+200B>', 'e<U+0301>')
    """
    odd = {"Cc", "Cf", "Mn", "Zl", "Zp"}
    return "".join(
        f"<U+{ord(c):04X}>" if unicodedata.category(c) in odd or re.match(r"[^\S ]", c) else c for c in value
    )
