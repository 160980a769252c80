"""The interval of a share, beside SciPy's."""

import numpy as np
import pytest
from scipy.stats import binomtest

from churnml.learn.metrics.intervals import wilson


@pytest.mark.parametrize(("count", "size"), [(0, 3), (1, 3), (3, 3), (17, 240), (5, 10)])
def test_it_is_scipys_and_holds_the_share(count: int, size: int) -> None:
    low, high = wilson(count / size, size, 0.9)
    expected = binomtest(count, size).proportion_ci(0.9, method="wilson")
    assert np.allclose([low, high], [expected.low, expected.high], atol=1e-12)
    assert 0 <= low <= count / size <= high <= 1
