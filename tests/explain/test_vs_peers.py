"""Whom an account is held against."""

import numpy as np
import pandas as pd

from churnml.explain.vs_peers import Similar


def test_accounts_of_the_same_segment_and_tenure_band_are_similar() -> None:
    rows = pd.DataFrame({
        "segment": ["SMB"] * 6 + ["Enterprise"] * 5, "tenure_days": [400.0] * 11, "users": [*range(1, 7), *range(100, 105)],
    })  # fmt: skip
    found = Similar.of(rows, ["users"], {})
    assert found.values["users"][0] == 3.5 and found.values["users"][-1] == 102
    assert set(found.whose["users"]) == {"similar accounts:"}


def test_too_few_similar_accounts_are_replaced_by_all_and_these_by_the_typical_one_of_training() -> None:
    rows = pd.DataFrame(
        {"segment": ["SMB"] * 5 + ["Odd"], "tenure_days": 400.0, "users": [1.0, 2, 3, 4, 5, 60]}
    )
    found = Similar.of(rows, ["users"], {"users": 7.0})
    assert found.values["users"][-1] == 3.5 and found.whose["users"][-1] == "all accounts:"
    alone = Similar.of(rows.head(1), ["users"], {"users": 7.0})
    assert alone.values["users"].tolist() == [7.0] and alone.whose["users"] == ["typical account:"]


def test_a_book_without_segments_compares_without_them() -> None:
    rows = pd.DataFrame({"tenure_days": [400.0] * 5, "users": [1.0, 2, np.nan, 4, 5]})
    assert Similar.of(rows, ["users"], {"users": 7.0}).values["users"].tolist() == [7.0] * 5
