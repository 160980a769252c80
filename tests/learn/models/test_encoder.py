"""Rows as a matrix: order, categories, unknowns."""

import numpy as np
import pandas as pd
import pytest

from churnml.errors import BundleError
from churnml.learn.models.encoder import Encoder
from tests.learn.planted import FEATURES

NUMBER, CATEGORY = FEATURES[0], FEATURES[-1]


def test_unseen_none_and_infinite_are_unknown() -> None:
    rows = pd.DataFrame({"segment": ["b", None, "a", "new"], "logins": [1.0, np.inf, np.nan, None]})
    encoder = Encoder.fit(rows.head(3), [CATEGORY, NUMBER])
    assert encoder.categories == {"segment": ("a", "b")}
    expected = [[1.0, 1.0], [np.nan, np.nan], [0.0, np.nan], [np.nan, np.nan]]
    np.testing.assert_array_equal(encoder.matrix(rows), expected)


def test_an_all_unknown_column_of_objects_is_numbers() -> None:
    encoder = Encoder(("logins",), {})
    assert np.isnan(encoder.matrix(pd.DataFrame({"logins": [None, None]}))).all()


def test_absent_columns_are_named() -> None:
    with pytest.raises(BundleError, match=r"2 feature column.*: logins, segment"):
        Encoder(("logins", "segment"), {"segment": ("a",)}).matrix(pd.DataFrame({"x": [1]}))
