"""The growth side in the one list: its columns, and what a word in them means."""

from typing import Literal

ColumnSpec = tuple[str, str, Literal["text"], str]

CELLS: tuple[ColumnSpec, ...] = (
    ("growth_signal", "Signs of growth", "text", "What points to growth, as facts; empty where too little does."),
    ("growth_timing", "When to talk", "text", "When to talk about growth, and what comes first."),
    ("cross_sell", "Might also buy", "text", "A product it does not own and most similar accounts own, among those it lacks."),
    ("advocacy", "Would speak for us", "text", "What to ask for (reference, review, referral) and what makes it likely."),
    ("enablement", "Paid for, unused", "text", "Onboarding overdue, seats idle, and features that its like use and it does not."),
)  # fmt: skip
"""Name, title, kind and note of each column; empty where the book does not tell."""

AT_RISK = "at risk too: call about that first"
"""What every upsell to an account at risk begins with."""
