"""How sure a chance is."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from churnml.learn.calibration import Calibration, Platt
from churnml.listing.champions import Champion
from churnml.listing.interval import HIGH, LOW, chance_interval, with_interval


class Member:
    """A model that adds its own shift to a column."""

    def __init__(self, shift: float) -> None:
        self.shift = shift

    def log_odds(self, rows: pd.DataFrame) -> Any:
        """The column, moved."""
        return rows["x"].to_numpy() + self.shift


class Bag:
    """Members that part by ``spread`` on either side."""

    def __init__(self, spread: float) -> None:
        self.members = (Member(-spread), Member(spread))

    def each_log_odds(self, rows: pd.DataFrame) -> Any:
        """Each member's log-odds."""
        return np.stack([member.log_odds(rows) for member in self.members])

    def each(self, rows: pd.DataFrame) -> Any:
        """Nothing is asked of it here."""
        raise NotImplementedError


def champion(spread: float, seen: float = 0.8) -> Champion:
    """A champion whose margins are the column x."""
    values = pd.DataFrame({"x": [-2.0, 0.0, 1.5]})
    scores = SimpleNamespace(values=values, log_odds=values["x"].to_numpy())
    bundle = SimpleNamespace(
        model=Bag(spread),
        calibration=Calibration(Platt(1.0, 0.0)),
        settings={"lightgbm": {"subsample": seen}},
    )
    return Champion(cast("Any", bundle), cast("Any", scores))


def test_the_interval_holds_the_chance_and_widens_as_the_models_part() -> None:
    middle = 1 / (1 + np.exp(-np.array([-2.0, 0.0, 1.5])))
    near, far = (chance_interval(champion(spread), 3, 0.8) for spread in (0.05, 0.2))
    for ends in (near, far):
        assert (ends[LOW] < middle).all() and (middle < ends[HIGH]).all()
    assert (far[HIGH] - far[LOW] > near[HIGH] - near[LOW]).all()


def test_it_is_the_delete_d_jackknife_on_the_log_odds() -> None:
    ends = chance_interval(champion(0.1), 3, 0.8).loc[1]
    reach = np.log(ends[HIGH] / (1 - ends[HIGH]))
    assert reach == pytest.approx(1.2816 * 0.1 * np.sqrt(2) * np.sqrt(0.8 / 0.2), rel=1e-3)


def test_without_a_bag_nothing_is_claimed() -> None:
    assert chance_interval(None, 2, 0.8).isna().all(axis=None)


def test_what_is_known_for_sure_has_no_interval() -> None:
    book = pd.DataFrame({
        "standing": ["", "notice given"], "churn_probability": [0.3, 1.0], "arr_usd": [1000.0, 500.0],
        LOW: [0.2, 0.2], HIGH: [0.4, 0.4],
    })  # fmt: skip
    found = with_interval(book, lambda chance: chance)
    assert found.loc[0, ["expected_loss_low_usd", "expected_loss_high_usd"]].tolist() == [200.0, 400.0]
    assert found.loc[1, [LOW, HIGH, "expected_loss_low_usd", "expected_loss_high_usd"]].isna().all()
