"""How to read the page: what the list is, and what each column means."""

from churnml.list_snapshot import Edition
from churnml.listing.metadata import Header
from churnml.text.glossary import TERMS

PAGE = (
    ("Find", "Search looks at name, id, CSM and the first reason. A filter stays in the page's address, which can be kept as a bookmark."),
    ("Print", "Printing the table prints the accounts that are shown; printing an account prints its page."),
    ("This file", "Everything is inside it: it needs no network, and nothing leaves it."),
)  # fmt: skip


def guide(edition: Edition) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headed lists of terms and what they mean."""
    header = edition.header
    shown = [column for column in edition.columns if column.is_shown]
    churn = {column.title: column.note for column in shown if column.side != "expansion"}
    growth = {column.title: column.note for column in shown if column.side == "expansion"}
    return [
        ("What this is", [*_verdicts(header), *TERMS]),
        ("This page", list(PAGE)),
        ("Columns of the list", list(churn.items())),
        ("Columns of the growth side", list(growth.items())),
    ]


def _verdicts(header: Header) -> list[tuple[str, str]]:
    told = list(zip(("Risk side", "Growth side"), header.lines, strict=True))
    return [("Hindsight", header.hindsight), *told] if header.hindsight else told
