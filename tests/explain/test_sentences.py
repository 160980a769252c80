"""A fact in words."""

import pytest

from churnml.explain.sentences import compared, sentence
from churnml.features.spec import UNKNOWN, Feature

LATE = Feature(
    "late", "invoices", "payment delays", "share", "{value} of invoices were not paid in time", 1, -1, UNKNOWN,
    none="all invoices were paid in time",
)  # fmt: skip
DELAY = Feature(
    "delay", "invoices", "payment delays", "days", "payment delay moved by {value}", 1, -1, UNKNOWN
)


def test_beside_nothing_the_others_figure_is_said_whole() -> None:
    told = "; similar accounts: 8% of invoices were not paid in time"
    assert sentence(LATE, 0.0, 0.08, "similar accounts:") == f"all invoices were paid in time{told}"
    assert compared(LATE, 0.0, 0.08, "similar accounts:") == told
    assert compared(LATE, 0.5, 0.08, "similar accounts:") == "; similar accounts: 8%"


@pytest.mark.parametrize(("value", "told"), [(-0.2, "0 days"), (-1.0, "-1 days"), (0.2, "0 days")])
def test_nothing_has_no_sign(value: float, told: str) -> None:
    assert DELAY.format(value) == told
