"""A fact in words."""

import pytest

from churnml.explain.sentences import compared, sentence
from churnml.features.spec import UNKNOWN, Feature

LATE = Feature(name="late", source="invoices", concept="payment delays", unit="share", churn=1, expansion=-1,
               no_rows=UNKNOWN, phrase="{value} of invoices were not paid in time",
               none="all invoices were paid in time")  # fmt: skip
DELAY = Feature(
    name="delay",
    source="invoices",
    concept="payment delays",
    unit="days",
    churn=1,
    expansion=-1,
    no_rows=UNKNOWN,
    phrase="payment delay moved by {value}",
)


def test_beside_nothing_the_others_figure_is_said_whole() -> None:
    told = "; similar accounts: 8% of invoices were not paid in time"
    assert sentence(LATE, 0.0, 0.08, "similar accounts:") == f"all invoices were paid in time{told}"
    assert compared(LATE, 0.0, 0.08, "similar accounts:") == told
    assert compared(LATE, 0.5, 0.08, "similar accounts:") == "; similar accounts: 8%"


@pytest.mark.parametrize(("value", "told"), [(-0.2, "0 days"), (-1.0, "-1 days"), (0.2, "0 days")])
def test_nothing_has_no_sign(value: float, told: str) -> None:
    assert DELAY.format(value) == told
