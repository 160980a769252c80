"""How many calls pay, and who can make them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnml.listing.capacity import by_csm, call_list, expected_gain
from churnml.params.evaluate import Profit

PROFIT = Profit(contact_cost_usd=50, incentive_share=0.05, accept_alpha=6, accept_beta=14)


def book(chances: list[float], arr: list[float]) -> pd.DataFrame:
    """Accounts in the order of expected loss, without anything known of them for sure."""
    rows = pd.DataFrame({"churn_probability": chances, "arr_usd": arr, "standing": ""})
    order = (rows["churn_probability"] * rows["arr_usd"]).sort_values(ascending=False, kind="stable").index
    rows = rows.loc[order].reset_index(drop=True)
    return rows.assign(
        account_id=rows.index.astype(str), csm="Ann", is_within_capacity=rows.index < 1,
        expected_gain_usd=expected_gain(rows, "churn_probability", PROFIT),
    )  # fmt: skip


def test_a_call_pays_where_much_hangs_on_a_likely_leaver() -> None:
    gain = expected_gain(book([0.6, 0.05], [100_000.0, 1_000.0]), "churn_probability", PROFIT)
    # 0.6 x 30 % x 95 % of the ARR is kept, 0.4 x 5 % given away in vain, 50 spent.
    assert gain.tolist() == pytest.approx(
        [0.6 * 0.3 * 95_000 - 0.4 * 5_000 - 50, 0.05 * 0.3 * 950 - 0.95 * 50 - 50]
    )


def test_what_is_known_or_not_judged_has_no_gain() -> None:
    rows = book([0.6, 0.5], [1000.0, 900.0]).assign(
        standing=["notice given", ""], churn_probability=[1.0, np.nan]
    )
    assert expected_gain(rows, "churn_probability", PROFIT).isna().all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e6)), min_size=1, max_size=20))
def test_no_other_length_of_the_list_pays_better(accounts: list[tuple[float, float]]) -> None:
    rows = book(*map(list, zip(*accounts, strict=True)))
    found = call_list(rows)
    assert found is not None
    lengths = [rows["expected_gain_usd"].head(count).sum() for count in range(len(rows) + 1)]
    assert found.best_gain_usd == pytest.approx(max(lengths), abs=1e-6)
    assert rows["expected_gain_usd"].head(found.best_accounts).sum() == pytest.approx(
        found.best_gain_usd, abs=1e-6
    )
    assert found.gain_usd <= found.best_gain_usd + 1e-6


def test_without_a_chance_nothing_is_said_of_profit() -> None:
    assert call_list(book([np.nan], [100.0])) is None


@given(
    st.lists(st.sampled_from(["Ann", "Bob", ""]), min_size=1, max_size=30),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_each_csm_has_a_list_of_their_own(csms: list[str], most: int | None) -> None:
    rows = pd.DataFrame({"account_id": [str(n) for n in range(len(csms))], "csm": csms})
    found = rows.join(by_csm(rows, 0.2, most))
    for _, own in found.groupby("csm"):
        assert own["csm_rank"].tolist() == list(range(1, len(own) + 1))
        can = most or -(-len(own) // 5)
        assert own["is_within_csm_capacity"].tolist() == [place < can for place in range(len(own))]
