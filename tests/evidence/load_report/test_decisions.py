"""The error of a ROC-AUC from counts alone, beside that of many drawn samples."""

import numpy as np
import pytest

from churnml.evidence.load_report.decisions import auc_error


@pytest.mark.parametrize(("positives", "negatives"), [(30, 200), (100, 60)])
def test_the_error_of_an_auc_is_that_of_drawn_samples(positives, negatives):
    """Exponential scores, for which the formula is exact: an area of 0.7 where the means are as 7 to 3."""
    rng = np.random.default_rng(3)
    high = rng.exponential(7, size=(4000, positives, 1))
    low = rng.exponential(3, size=(4000, 1, negatives))
    areas = (high > low).mean(axis=(1, 2))
    assert areas.mean() == pytest.approx(0.7, abs=0.003)
    assert areas.std() == pytest.approx(auc_error(0.7, positives, negatives), rel=0.05)
