"""Settings that fit a book are proposed by the command; the small book's own fit it."""

import yaml

from tests.situations.situation import Row, Situation


def test_a_book_whose_settings_fit_is_asked_nothing(situation: Situation) -> None:
    assert "settings that fit" not in situation.check().text


def test_a_grace_beyond_the_half_of_a_term_is_named(situation: Situation) -> None:
    situation.settings(params={"revenue": {"grace_days": 200}})
    printed = situation.check()
    assert printed.code == 0
    assert (
        "in force 200. The shortest usual term is 365 days: from its half on a grace bridges terms that were missed"
        in printed.text
    )


def test_terms_of_a_month_are_no_reason_for_yearly_leads(situation: Situation) -> None:
    def monthly(row: Row) -> Row:
        year, month, day = row["start_date"].split("-")
        return row | {
            "end_date": f"{int(year) + (month == '12')}-{int(month) % 12 + 1:02d}-{min(int(day), 28):02d}"
        }

    situation.change("contracts", monthly)
    situation.settings(params={"ingest": {"max_monthly_churn": 1.0}})
    printed = situation.check()
    assert printed.code == 0
    proposed = printed.text[printed.text.index("params:") :].partition("\n\n")[0]
    laid = yaml.safe_load(proposed)["params"]
    assert laid["snapshots"]["lead_days"] == [7, 14]
    assert 10 <= laid["revenue"]["grace_days"] <= 15
