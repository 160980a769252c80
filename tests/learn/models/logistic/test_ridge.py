"""The ridge: found on accounts held out, by fits that never saw them."""

import numpy as np
import pytest

from churnml.learn.log_odds import fit_bounded
from churnml.learn.models.base import PARTS, Training
from churnml.learn.models.logistic.ridge import RIDGES, Ridged, fit_ridge


def made(strength: float, columns: int = 12, accounts: int = 300) -> tuple[np.ndarray, Training]:
    """Two rows an account, of columns of which the first few tell the outcome that strongly."""
    rng = np.random.default_rng(4)
    design = np.repeat(rng.normal(size=(accounts, columns)), 2, axis=0)
    log_odds = strength * design[:, :4].sum(axis=1)
    came = rng.random(accounts) < 1 / (1 + np.exp(-log_odds[::2]))
    names = np.repeat([f"a{number}" for number in range(accounts)], 2).astype(object)
    return design, Training(None, np.repeat(came, 2), names, (), np.full(2 * accounts, 0.5))  # type: ignore[arg-type]


def found(design: np.ndarray, training: Training) -> Ridged:
    columns = design.shape[1]
    return fit_ridge(design, training, [(None, None)] * columns, np.ones(columns))


def test_noise_gets_the_strongest_ridge_and_a_signal_a_weak_one() -> None:
    assert found(*made(strength=0.0)).ridge == RIDGES[0]
    assert found(*made(strength=3.0)).ridge <= RIDGES[-2]


def test_what_is_held_out_is_what_a_fit_without_those_accounts_says() -> None:
    design, training = made(strength=0.5)
    ridged = found(design, training)
    for part in range(PARTS):
        own = training.parts == part
        assert len(set(training.accounts[own]) & set(training.accounts[~own])) == 0
        base, slopes = fit_bounded(
            design[~own], training.y_true[~own], ridged.ridge, [(None, None)] * design.shape[1], np.full((~own).sum(), 0.5)
        )  # fmt: skip
        assert ridged.held_out[own] == pytest.approx(base + design[own] @ slopes, abs=0.05)


def test_parts_do_not_hang_on_the_order_of_rows() -> None:
    accounts = np.array([f"a{number}" for number in range(50)] * 2, dtype=object)
    order = np.random.default_rng(0).permutation(100)
    one, other = (Training(None, np.zeros(100), names, ()).parts for names in (accounts, accounts[order]))  # type: ignore[arg-type]
    assert np.array_equal(one[order], other)
    assert np.ptp(np.bincount(one)) <= 2  # two rows an account: as even as can be
