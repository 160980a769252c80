"""Delimited text by a declared dialect: its header, DuckDB's SQL for it, and Python's own csv where a file keeps to no rule."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from churnml.data.book import Dialect
from churnml.data.schema import quoted
from churnml.ingest.raw.text import FileError

SAMPLE = 50  # records below the header that say whether it is one
DELIMITERS = {";": "';'", "\t": "a tab", "|": "'|'", ",": "','"}
DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?")
DECIMAL = re.compile(r"[+-]?[\d.,']*\d[.,]\d+")
UNSEEN = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"  # what a person does not see at the edge of a name
csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class Header:
    """A file's columns: ``names`` as SQL knows them; ``above`` lines stand before it, ``n_lines`` and ``n_bytes`` up to its end.

    ``width`` is the number of fields of a line: with a delimiter at its end it has one more, which is blank.
    """

    names: tuple[str, ...]
    width: int
    above: int
    n_bytes: int
    n_lines: int
    text: str
    cells: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'

    @cached_property
    def again(self) -> "re.Pattern[bytes]":
        """The header's line where it comes again, in whatever case, with or without quotes, spaces or a byte order mark."""
        sign, space = re.escape(self.quote), " *"
        cells = [f"{space}{sign}?{space}{re.escape(cell)}{space}{sign}?{space}" for cell in self.cells]
        delimiter = re.escape(self.delimiter)
        line = delimiter.join(cells) + f"(?:{delimiter})*"
        return re.compile(f"(?i)\n(?:\ufeff)?{line}(?=[\r\n]|$)".encode())


def signs(dialect: Dialect, kind: str) -> dict[str, Any]:
    """The arguments of Python's csv for a dialect."""
    is_doubled = dialect.escape == dialect.quote
    return {
        "delimiter": dialect.delimiter or ("\t" if kind == "tsv" else ","),
        "quotechar": dialect.quote,
        "doublequote": is_doubled,
        "escapechar": None if is_doubled else dialect.escape,
    }


def header(head: str, dialect: Dialect, kind: str) -> Header:
    """The header in the first piece of a file's text; FileError where that is surely none."""
    above = 0
    lines = list(islice(io.StringIO(head, newline=""), dialect.header_row + SAMPLE * 4))
    while above < len(lines) and (above < dialect.header_row - 1 or not lines[above].strip("\r\n")):
        above += 1
    if above == len(lines):
        raise FileError(f"has {len(lines)} lines and no header (header_row is {dialect.header_row})")
    reader = csv.reader(lines[above:], **signs(dialect, kind))
    try:
        cells = [cell.strip(UNSEEN) for cell in next(reader)]
        end = above + reader.line_num
        below = list(islice(reader, SAMPLE))
    except csv.Error as error:
        raise FileError(f"line {above + reader.line_num}: {error}") from None
    width = len(cells)
    while cells and not cells[-1]:
        cells.pop()  # a delimiter at the end of each line makes no column
    if below and len(below[0]) > width and not any(below[0][len(cells) :]):
        width = len(below[0])
    if not cells:
        raise FileError(
            f"line {above + 1} holds no header; delete what stands above the header, or", header_row=above + 2
        )
    _refuse_delimiter(cells, above + 1)
    _refuse_title(cells, below, above + 1)
    _refuse_row(cells, below, above + 1)
    names, notices = _named(cells)
    sign = signs(dialect, kind)
    consumed = "".join(lines[:end])
    return Header(
        names,
        width,
        above,
        len(consumed.encode()),
        end,
        "".join(lines[above:end]).strip("\r\n"),
        tuple(cells),
        notices,
        sign["delimiter"],
        dialect.quote,
    )


def _refuse_delimiter(cells: Sequence[str], line: int) -> None:
    others = [sign for sign in DELIMITERS if len(cells) == 1 and sign in cells[0]]
    if others:
        sign = max(others, key=cells[0].count)
        hint: dict[str, int] = {"header_row": line + 1} if cells[0].lower() == f"sep={sign}" else {}
        words = f"line {line}, its header, is one column: '{cells[0][:60]}'. Is the delimiter {DELIMITERS[sign]}? Then"
        raise FileError(words, delimiter=sign, **hint)


def _refuse_title(cells: Sequence[str], below: Sequence[Sequence[str]], line: int) -> None:
    """FileError where one line names few columns and the next all: a title, its fields filled up with blanks."""
    named = len([cell for cell in below[0] if cell.strip(UNSEEN)]) if below else 0
    if 2 * len([cell for cell in cells if cell]) <= named and not any(
        DAY.fullmatch(cell) or DECIMAL.fullmatch(cell) for cell in below[0]
    ):
        raise FileError(
            f"line {line} names {len(cells)} of {named} columns: '{', '.join(cells)[:60]}'. Is it a title above the header? Delete what stands "
            "above the header, or", header_row=line + 1,
        )  # fmt: skip


def _refuse_row(cells: Sequence[str], below: Sequence[Sequence[str]], line: int) -> None:
    """FileError where the header looks like a row of data: a day over days, a decimal number over such, or values that come again."""
    columns = [[row[i] for row in below if i < len(row) and row[i]] for i in range(len(cells))]
    same = [cell for cell, values in zip(cells, columns, strict=True) for pattern in (DAY, DECIMAL)
            if pattern.fullmatch(cell) and values and pattern.fullmatch(values[0])]  # fmt: skip
    again = [cell for cell, values in zip(cells, columns, strict=True) if cell and cell in values]
    if again and any(list(map(str.strip, row))[: len(cells)] == list(cells) for row in below):
        return  # the whole header comes again, which is refused as such
    if same or (len(again) > 1 and 4 * len(again) >= len(cells)):
        raise FileError(
            f"line {line} looks like a row and not like a header: '{(same or again)[0]}' stands in it as in the rows below. Write a header "
            "above it; or, if a line further down holds it,", header_row=line + 1,
        )  # fmt: skip


def _named(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, in whatever case its own: a blank one is called by its place, a repeated one is numbered."""
    names: list[str] = []
    notices = []
    for place, cell in enumerate(cells):
        name, taken = cell or f"column{place}", {other.lower() for other in names}
        number = next(n for n in range(len(cells)) if (f"{name}_{n}" if n else name).lower() not in taken)
        if number:
            notices.append(
                f"its header names '{name}' more than once; the column in place {place + 1} is called '{name}_{number}'"
            )
        names.append(f"{name}_{number}" if number else name)
    return tuple(names), tuple(notices)


def scan(
    paths: Sequence[Path], columns: Sequence[str], above: int, dialect: Dialect, kind: str, *, more: str = ""
) -> str:
    """SQL for the rows of delimited files with the same header, every field as text: nothing is left to be guessed."""
    sign = signs(dialect, kind)
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv([{', '.join(map(quoted, paths))}], auto_detect = false, header = true, skip = {above}, columns = {{{types}}}, "
        f"delim = {quoted(sign['delimiter'])}, quote = {quoted(dialect.quote)}, escape = {quoted(dialect.escape)}, comment = '', "
        f"nullstr = '', strict_mode = true, null_padding = false, compression = 'none', hive_partitioning = false{more})"
    )


def rewrite(path: Path, header: Header, dialect: Dialect, kind: str, copy: Path) -> tuple[int, int]:
    """Records and the bytes of the longest, after writing the file as RFC 4180 says; what Python's csv makes of it counts.

    Raises FileError with the line, where a record has not as many fields as the header or quotes do not close.
    """
    n_names = len(header.names)
    wrong = _Wrong(header.width)
    records = longest = 0
    copy.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header.names)
        for line, row in _records(source, header, dialect, kind):
            records += 1
            wrong.look(line, row, is_right=len(row) == header.width and not any(row[n_names:]))
            if not wrong.lines:
                longest = max(longest, writer.writerow(row[:n_names]))
    wrong.refuse(header)
    return records, 4 * longest  # a sign is at most four bytes of UTF-8


def _records(
    source: Iterable[str], header: Header, dialect: Dialect, kind: str
) -> Iterator[tuple[int, list[str]]]:
    """Each record that is no blank line, and the line it begins on."""
    lines = iter(source)
    for _ in islice(lines, header.above):
        pass
    reader = csv.reader(lines, strict=True, **signs(dialect, kind))
    begins = header.above + 1
    try:
        next(reader)
        begins = header.above + reader.line_num + 1
        for row in reader:
            if row:
                yield begins, row
            begins = header.above + reader.line_num + 1
    except csv.Error as error:
        cause = (
            "a quote is opened and never closed"
            if "unexpected end" in str(error)
            else f"its quotes do not add up ({error})"
        )
        raise FileError(
            f"line {begins}: {cause}; a quote within a quoted field is written twice; or, if a backslash stands before it,",
            escape="\\",
        ) from None


class _Wrong:
    """Records with another number of fields than the header."""

    def __init__(self, n_fields: int) -> None:
        self.n_fields, self.last_right = n_fields, 0
        self.lines: list[int] = []
        self.first: list[str] = []
        self.sizes: Counter[int] = Counter()
        self.first_of_size: dict[int, int] = {}

    def look(self, line: int, fields: list[str], *, is_right: bool) -> None:
        """Notes one record."""
        self.sizes[len(fields)] += 1
        self.first_of_size.setdefault(len(fields), line)
        if is_right:
            self.last_right = line
        else:
            self.first = self.first or fields
            self.lines.append(line)

    def refuse(self, header: Header) -> None:
        """FileError with the first such record and the likely cause, if there are any."""
        if not self.lines:
            return
        found, line = len(self.first), self.lines[0]
        counts = f"line {line} has {_fields(found)}, the header {self.n_fields}"
        example = f"'{', '.join(self.first)[:80]}'"
        usual, times = self.sizes.most_common(1)[0]
        if usual > self.n_fields and 2 * times > sum(self.sizes.values()):
            if 2 * self.n_fields > usual:
                raise FileError(
                    f"{counts}, as {times} lines have ({example}): a column without a name in the header, or a decimal comma?"
                )
            raise FileError(
                f"{counts}, as {times} lines have: is line {header.above + 1} a title above the header? Delete what stands above the header, "
                "or", header_row=self.first_of_size[usual],
            )  # fmt: skip
        if self.last_right < line:
            raise FileError(
                f"{counts}; delete the lines below the table ({len(self.lines)} from line {line} on: {example})"
            )
        cause = "a delimiter or a line break in a field that is not quoted"
        raise FileError(
            f"{counts} ({len(self.lines)} such lines, the first {example}): {cause}? Export it again, with quotes"
        )


def _fields(count: int) -> str:
    return f"{count} field" + ("s" if count != 1 else "")
