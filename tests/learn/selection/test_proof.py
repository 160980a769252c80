"""What is proven of a candidate, whatever its rivals do: luck among many candidates is no proof, and a tie with one column is no disproof."""

import numpy as np
import pytest

from churnml.learn.metrics.intervals import normal_interval
from churnml.learn.selection.proof import proofs
from churnml.results.interval import Interval
from churnml.results.metrics import Proof

RNG = np.random.default_rng(3)


def resampled(value: float, sd: float) -> np.ndarray:
    """A figure and 200 resamples of it."""
    return np.r_[value, value + sd * RNG.normal(size=200)]


def test_the_more_candidates_are_looked_at_the_wider_is_the_interval() -> None:
    auc = {
        "rules": resampled(0.55, 0.02),
        "best_column": resampled(0.6, 0.02),
        "logistic": resampled(0.65, 0.02),
    }
    alone = proofs(auc, 0.9)["logistic"]
    among = proofs(auc | dict.fromkeys(("rules_prior", "survival", "lightgbm_bag"), auc["logistic"]), 0.9)
    assert list(among) == [
        "rules_prior",
        "logistic",
        "survival",
        "lightgbm_bag",
    ]  # the rules prove nothing of themselves
    wide, narrow = among["logistic"].beyond_chance, alone.beyond_chance
    assert wide.value == narrow.value == pytest.approx(0.15)
    # One of four at 98 % each stays at 98 % in all where each is held at 99.5 %.
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2.807 / 2.326, abs=0.01)


def test_what_is_surely_beyond_chance_is_held_against_the_rules_by_one_interval_whoever_else_competes() -> (
    None
):
    """Looking at many cannot fake a lead over the rules in what lies beyond chance: 1.8 standard deviations are enough, of one or of four."""
    one = {
        "rules": resampled(0.55, 0.0),
        "best_column": resampled(0.55, 0.0),
        "logistic": resampled(0.55 + 1.8 * 0.012, 0.012),
    }
    four = one | dict.fromkeys(("rules_prior", "survival", "lightgbm_bag"), one["logistic"])
    assert proofs(one, 0.9)["logistic"].holds and proofs(four, 0.9)["logistic"].holds
    assert proofs(four, 0.9)["logistic"].beyond_rules == proofs(one, 0.9)["logistic"].beyond_rules


def test_the_interval_of_many_resamples_is_theirs() -> None:
    values = np.r_[0.1, RNG.normal(0.1, 0.03, 100_000)]
    found = normal_interval(values, 0.9)
    low, high = np.quantile(values[1:], [0.05, 0.95])
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_what_cannot_be_resampled_proves_nothing() -> None:
    assert normal_interval(np.array([0.1, np.nan, np.nan]), 0.9) == Interval(0.1, None, None)
    assert not Proof(Interval(0.1, None, None), Interval(0.1, 0.05, 0.2), None).holds


@pytest.mark.parametrize(("chance", "rules", "column", "holds"), [
    (0.1, 0.1, 0.1, True),
    (-0.1, 0.1, 0.1, False),
    (0.1, -0.1, 0.1, False),
    (0.1, 0.1, 0.0, True),  # one column does as well: the signal is real and simple
    (0.1, 0.1, -0.1, False),
])  # fmt: skip
def test_proven_is_beyond_chance_and_the_rules_and_not_behind_one_column(
    chance: float, rules: float, column: float, holds: bool
) -> None:
    ends = [Interval(value, value - 0.05, value + 0.05) for value in (chance, rules, column)]
    assert Proof(*ends).holds is holds


def test_in_a_thousand_books_without_signal_luck_is_proven_in_few() -> None:
    """Six correlated candidates whose ROC-AUC is one half: 'proven' for any of them in at most one book in fifty."""
    names = ("rules_prior", "logistic", "survival", "lightgbm_bag")
    sd, books, proven = 0.03, 1000, 0
    for _ in range(books):
        common, auc = RNG.normal(size=202), {}
        for name in (*names, "rules", "best_column"):
            estimate, *noise = sd * (0.6 * common + 0.8 * RNG.normal(size=202))
            auc[name] = 0.5 + estimate + np.r_[0.0, noise[1:]]
        proven += any(proof.holds for proof in proofs(auc, 0.9).values())
    assert proven / books < 0.02
