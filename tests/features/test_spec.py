import json
from dataclasses import replace

from churnml.features.catalog import CATALOG
from churnml.features.spec import WORDING, restored, specs


def test_what_training_reads_is_the_catalogue_but_for_its_words():
    """So that the bundle a model is trained into holds the same definitions as this code's features."""
    read = restored(json.loads(json.dumps(specs(CATALOG))))
    assert specs(read) == specs(CATALOG)
    bare = tuple(
        replace(feature, phrase="", none="", noun="", level="", is_calendar=False) for feature in CATALOG
    )
    assert read == bare


def test_a_phrase_changes_no_byte_of_what_training_reads_and_a_measure_does():
    words = {name: "other" for name in WORDING if name != "is_calendar"}
    assert specs(replace(feature, **words) for feature in CATALOG) == specs(CATALOG)
    counted = next(feature for feature in CATALOG if feature.measure)
    assert specs([replace(counted, measured_as="count(*)")]) != specs([counted])
    assert all(feature.measured_as for feature in CATALOG if feature.measure)
