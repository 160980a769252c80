"""The drawings in the docs are those of this pipeline and these floors: `python -m pipelines.contract.drawing` draws them anew."""

import pytest

from pipelines.contract.drawing import DRAWINGS, ROOT


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_docs_hold_the_drawing_of_today(name):
    assert (ROOT / name).read_text(encoding="utf-8") == DRAWINGS[name](), (
        "draw it anew: python -m pipelines.contract.drawing"
    )
