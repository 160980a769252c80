"""Machine code is kept where that can be, and made anew where it cannot."""

import pytest
from numba.core.caching import CacheImpl

from churnml.jit import compiled


def test_nothing_need_be_writable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        CacheImpl, "_locator_classes", []
    )  # as where neither the code's folder nor a home can be written
    assert compiled(lambda x: x + 1)(1) == 2
