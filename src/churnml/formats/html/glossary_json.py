"""How to read the page: what the list is, and what each column means."""

from churnml.list_snapshot import ListSnapshot
from churnml.listing.metadata import ListMetadata
from churnml.text.glossary import TERMS

PAGE = (
    ("Find", "Search looks at name, id, CSM and the first reason. A filter stays in the page's address, which can be kept as a bookmark."),
    ("Print", "Printing the table prints the accounts that are shown; printing an account prints its page."),
    ("This file", "Everything is inside it: it needs no network, and nothing leaves it."),
)  # fmt: skip


def guide(list_snapshot: ListSnapshot) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headed lists of terms and what they mean."""
    metadata = list_snapshot.metadata
    shown = [column for column in list_snapshot.columns if column.is_shown]
    churn = {column.title: column.note for column in shown if column.side != "expansion"}
    growth = {column.title: column.note for column in shown if column.side == "expansion"}
    return [
        ("What this is", [*_verdicts(metadata), *TERMS]),
        ("This page", list(PAGE)),
        ("Columns of the list", list(churn.items())),
        ("Columns of the growth side", list(growth.items())),
    ]


def _verdicts(metadata: ListMetadata) -> list[tuple[str, str]]:
    verdicts = list(zip(("Risk side", "Growth side"), metadata.lines, strict=True))
    return [("Hindsight", metadata.hindsight), *verdicts] if metadata.hindsight else verdicts
