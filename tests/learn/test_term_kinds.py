"""How far ahead a model was judged, by kind of term."""

import pandas as pd

from churnml.learn.term_kinds import is_beyond, known_to_all, longest_leads
from tests.listing.fakes import list_metadata


def snapshots(*cases: tuple[float, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keys and rows of snapshots with these lengths of term and leads."""
    return pd.DataFrame({"lead_days": [lead for _, lead in cases]}), pd.DataFrame(
        {"term_days": [days for days, _ in cases]}
    )


def test_an_annual_account_among_monthly_cases_is_beyond_whatever_its_lead() -> None:
    leads = longest_leads(*snapshots((31, 90), (30, 90), (365, 180)))
    assert leads == {"under 45 days": 90, "200 to 399 days": 180}
    assert is_beyond(*snapshots((31, 90), (365, 180), (365, 181), (1096, 30), (92, 30)), leads).tolist() == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_a_kind_counts_only_as_far_as_both_models_know_it() -> None:
    both = known_to_all([{"under 45 days": 90, "200 to 399 days": 270}, {"200 to 399 days": 180}])
    assert both == {"200 to 399 days": 180}
    assert known_to_all([]) is None


def test_rows_that_tell_no_length_are_a_kind_of_their_own() -> None:
    keys = pd.DataFrame({"lead_days": [90, 30]})
    leads = longest_leads(keys, pd.DataFrame(index=[0, 1]))
    assert leads == {"unknown length": 90}
    assert is_beyond(*snapshots((365, 10)), leads).tolist() == [True]


def test_the_lists_sentence_names_each_kind() -> None:
    said = list_metadata()
    assert said.horizon == (
        "renews farther ahead than any case of its kind of term that the model was judged on (270 days for terms of 200 to 399 days; no other kind was)"
    )
    assert type(said).from_json(said.to_json()) == said
