"""A renamed event: read under two names, one feature goes and another comes, which nobody did."""

import pytest

from tests.situations.situation import Situation

ASKED = "was it renamed?"


def told(situation: Situation) -> str:
    done = situation.check()
    assert done.code == 0
    return " ".join(done.text.split())


def renamed(situation: Situation, condition: str) -> None:
    situation.mapping(
        "usage", f"SELECT * REPLACE (if({condition}, 'canvas', feature) AS feature) FROM raw.usage"
    )


def test_a_name_that_ends_where_another_begins_is_asked_about_with_the_sql_that_joins_them(
    situation: Situation,
) -> None:
    assert ASKED not in told(situation)
    renamed(situation, "feature = 'board' AND occurred_at >= '2023-06-01'")
    text = told(situation)
    assert "usage.feature: 'board' is last seen on 2023-05-" in text
    assert ASKED in text
    join = "if(feature = 'board', 'canvas', feature)"
    assert join in text
    situation.mapping(
        "usage",
        f"""SELECT * REPLACE ({join} AS feature)
        FROM (SELECT * REPLACE (if(feature = 'board' AND occurred_at >= '2023-06-01', 'canvas', feature) AS feature) FROM raw.usage)""",
    )
    assert ASKED not in told(situation)


@pytest.mark.parametrize(
    "condition",
    [
        "feature = 'board' AND occurred_at >= '2024-12-10'",  # too near the end to know that the old name is gone
        "feature = 'board' AND occurred_at >= '2023-06-01' AND account_id > 'A0060'",  # of some accounts alone
    ],
)
def test_names_that_both_live_are_not_asked_about(situation: Situation, condition: str) -> None:
    renamed(situation, condition)
    assert ASKED not in told(situation)


def test_a_feature_of_other_accounts_that_ended_is_not_asked_about(situation: Situation) -> None:
    situation.mapping(
        "usage",
        """SELECT * REPLACE (if(account_id > 'A0060', 'canvas', feature) AS feature) FROM raw.usage
        WHERE (account_id > 'A0060') = (occurred_at >= '2023-06-01')""",
    )
    assert ASKED not in told(situation)
