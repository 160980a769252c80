"""The columns of the list that say what changed."""

from typing import Literal

ColumnSpec = tuple[str, str, Literal["text", "change", "place"], str]

PARTS = ("data", "calendar", "model")
"""What a probability's change is made of, in the order told."""

CHANGE: tuple[ColumnSpec, ...] = (
    ("change", "Change", "change",
     "How the chance to leave moved since the earlier list: a share (0.161), in workbook and page points (16.1); the next three sum to it. Empty: not judged on one of the days."),
    ("change_data", "Change: data", "change", "Of it, what the account did, or signed: with the same model on the same day before a renewal."),
    ("change_calendar", "Change: calendar", "change", "Of it, what passing days did: the same renewal came nearer."),
    ("change_model", "Change: model", "change", "Of it, what a refit did: the earlier facts, seen with today's model."),
    ("rank_before", "Rank before", "place", "Place on the earlier list; empty: not on it."),
    ("movement", "Moved", "text", "Whether it came on or off the list of those to call, or how many places it moved."),
)  # fmt: skip
"""Name, title, kind and note of each column; empty where there is no earlier day to compare with."""
