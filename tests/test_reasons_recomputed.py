"""The reasons of ten accounts of the sample book as people read them, held to the letter; and what they find of the planted truth.

Written anew with ``CHURNML_GOLDEN=write``, and then read by a person for sense.
"""

import os

import pytest

from benchmarks.planted import named, with_truth
from churnml.explain.select import AGAINST, FOR
from churnml.listing.columns import read_list, reasons_of
from churnml.paths import Paths, newest

pytestmark = pytest.mark.slow

EVERY, ACCOUNTS = 20, 10
CAUSAL = ("because", "due to", "caused", "leads to", "drives", "results in")


@pytest.fixture
def places(scored, monkeypatch):
    monkeypatch.chdir(scored)
    return Paths.here()


@pytest.fixture
def listed(places):
    return read_list(newest(places.path("score", "lists")))[0]


def told(listed) -> str:
    """Every twentieth account of the list from the first, with its reasons on both sides."""
    lines = []
    for _, row in listed.iloc[: EVERY * ACCOUNTS : EVERY].iterrows():
        lines.append(
            f"{row['rank']}. {row['name']} ({row['segment']}), {row['churn_probability']:.0%} to leave, {row['band']}"
        )
        for side in ("churn", "expansion"):
            for sign, stem in (("+", FOR), ("-", AGAINST)):
                lines += [f"  {side} {sign} {text}" for text in reasons_of(row, side, stem)]
    return "\n".join(lines) + "\n"


def test_ten_accounts_read_as_they_did_when_a_person_read_them(listed, root):
    golden = root / "tests" / "golden" / "ten_accounts.txt"
    text = told(listed)
    if os.environ.get("CHURNML_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_reason_claims_a_cause_names_a_column_or_speaks_in_log_odds(listed):
    texts = {text for _, row in listed.iterrows() for side in ("churn", "expansion") for stem in (FOR, AGAINST)
             for text in reasons_of(row, side, stem)}  # fmt: skip
    assert len(texts) > 1000
    assert not [text for text in texts if "_" in text or "log-odds" in text or "nan" in text.split()]
    assert not [text for text in texts if any(word in text for word in CAUSAL)]


def test_the_first_reasons_name_the_planted_driver_and_the_planted_silence(listed, places):
    params, _ = places.settings("score")
    top, _ = with_truth(listed, params.sample)
    assert named(top).mean() >= 0.75
    assert top.loc[top["is_silent"], "is_silent_decline"].mean() >= 0.70
