"""Learning one outcome whole: two bundles and the evidence."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnml.errors import NotEnoughError
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.dataset import Dataset
from churnml.learn.term_kinds import longest_leads
from tests.learn.planted import HEALTH, LAST_DAY, TRAIN, learn

Learned = tuple[dict[str, Bundle], pd.DataFrame]


def test_all_candidates_come_with_the_books_figures(learned: Learned, planted: Dataset) -> None:
    ripe = planted.ripe(LAST_DAY)
    assert tuple(learned[0]) == TRAIN.candidates
    for bundle in learned[0].values():
        assert bundle.base_rate == pytest.approx(ripe.is_outcome("churn").mean())
        assert bundle.medians["logins"] == ripe.rows["logins"].median()
        assert np.isnan(bundle.medians["segment"])
        assert len(bundle.reference) == 20
        assert bundle.trained_through == LAST_DAY
        assert bundle.longest_lead_days == longest_leads(ripe.keys, ripe.rows)
        bundle.replay()


def test_probabilities_mean_what_they_say(learned: Learned, planted: Dataset) -> None:
    ripe = planted.ripe(LAST_DAY)
    rows = pd.concat([ripe.keys, ripe.rows], axis=1)
    said = learned[0]["lightgbm_bag"].score_rows(rows).probability
    assert said.mean() == pytest.approx(ripe.is_outcome("churn").mean(), abs=0.03)


def test_too_little_history_is_an_error_in_words(planted: Dataset) -> None:
    with pytest.raises(NotEnoughError, match="no churn model can be learned"):
        learn(planted, "churn", TRAIN, HEALTH, date(2021, 1, 2))
