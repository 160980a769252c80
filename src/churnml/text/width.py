"""Plain text in columns: what a name takes on a terminal, and how to fit it there."""

from rich.cells import cell_len, set_cell_size

PAGE = 100
"""Columns of a printed page: what fits a README and a split terminal."""


def plain(text: str) -> str:
    r"""The text on one line without control characters, so that no name can colour or move the terminal.

    >>> plain("Ace\x1b[31m\nCorp")
    'Ace\ufffd[31m\ufffdCorp'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def width(text: str) -> int:
    """How many terminal columns the text takes; wide East Asian characters take two, combining marks none.

    >>> width("Acme"), width("株式会社")
    (4, 8)
    """
    return cell_len(text)


def shorten(text: str, columns: int) -> str:
    """The text in at most that many columns, cut with an ellipsis.

    >>> shorten("Northwind Analytics", 10)
    'Northwind…'
    """
    if width(text) <= columns:
        return text
    return set_cell_size(text, columns - 1).rstrip() + "…"


def pad(text: str, columns: int) -> str:
    """The text cut or filled with spaces to exactly that many columns."""
    cut = shorten(text, columns)
    return cut + " " * (columns - width(cut))


def wrap(text: str, first: str = "", rest: str = "", columns: int = PAGE) -> list[str]:
    """The text in lines of at most that many columns, each behind its indent.

    >>> wrap("12 active users; typical account: 38", "+ ", "  ", columns=20)
    ['+ 12 active users;', '  typical account:', '  38']
    """
    room = columns - max(width(first), width(rest))
    lines: list[str] = []
    line = first
    for word in (shorten(word, room) for word in text.split()):
        joined = line + word if line in (first, rest) else f"{line} {word}"
        if width(joined) > columns:
            lines.append(line)
            joined = rest + word
        line = joined
    return [*lines, line]
