"""Whose list: after a run `show` prints that run's, and one that another mapping made is marked."""

from tests.situations.situation import TO_LIST, Situation


def test_show_prints_the_last_runs_list_and_not_the_newest_day(situation: Situation) -> None:
    assert situation.run(*TO_LIST).text == ""
    situation.settings(last_day="2024-12-01")
    assert situation.run(*TO_LIST).text == ""
    assert "acme on 2024-12-01" in situation.cli("show").text
    assert "acme on 2025-01-01" in situation.cli("show", "--as-of", "2025-01-01").text


def test_a_list_of_another_mapping_is_marked_and_not_compared_with(situation: Situation) -> None:
    situation.settings(last_day="2024-12-01")
    assert situation.run(*TO_LIST).text == ""
    situation.settings(last_day="2025-01-01")
    situation.mapping("contracts", "-- a remark\nSELECT *  FROM raw.contracts")
    assert situation.run(*TO_LIST).text == ""
    assert "another mapping" not in situation.cli("changes").text
    situation.mapping("contracts", "SELECT * REPLACE (CAST(arr AS INT) * 12 AS arr) FROM raw.contracts")
    assert situation.run(*TO_LIST).text == ""
    shown = " ".join(situation.cli("changes").text.split())
    assert "2024-12-01, made by another mapping of the raw files" in shown
