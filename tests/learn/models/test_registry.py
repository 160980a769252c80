from churnml.learn.candidates import CANDIDATES, MODEL_NAMES, WORDS
from churnml.learn.models.registry import MODELS


def test_every_model_has_its_name_and_words_where_judging_reads_them():
    """Judging knows names alone: a model in one table and not in the other would be fitted and never judged."""
    assert tuple(MODELS) == MODEL_NAMES, (
        "a model needs a line in MODELS and its name in learn/candidates.py, at the same place"
    )
    assert set(CANDIDATES) == set(WORDS)
