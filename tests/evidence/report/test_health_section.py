"""The two health scores on the page, word for word: CHURNML_GOLDEN=write rewrites the golden file."""

import copy
from typing import Any

import pytest
import yaml

from churnml.evidence.report.health_section import health_told
from tests.formats.terminal.test_printed import check_golden


def figure(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def group(renewals: int, churned: int, rate: dict[str, float]) -> dict[str, Any]:
    return {"renewals": renewals, "churned": churned, "churn_rate": rate, "arr_lost_usd": 12_000.0 * churned}


FOUND: dict[str, Any] = {
    "confidence": 0.9,
    "capacity_share": 0.1,
    "disagreement": {
        "lead_days": 90,
        "renewals": 3554,
        "groups": {
            "both": group(144, 58, figure(0.4, 0.33, 0.47)),
            "rules_only": group(212, 30, figure(0.14, 0.1, 0.18)),
            "fitted_only": group(212, 57, figure(0.27, 0.22, 0.32)),
            "neither": group(2986, 180, figure(0.06, 0.05, 0.07)),
        },
        "difference": figure(0.13, 0.07, 0.19),
    },
    "capture": {
        "by_expected_loss": {
            "rules": figure(0.42, 0.38, 0.46),
            "health_fitted": figure(0.47, 0.43, 0.51),
            "difference": figure(0.05, 0.02, 0.08),
        },
    },
    "weights": {
        "components": {
            "adop|tion": {
                "current": 60.0, "suggested": 45.2, "low": 40.0, "high": 51.0,
                "is_suggested": True, "renewals": 7889, "churned": 803, "mean_churned": 51.7, "mean_stayed": 72.0,
            },
            "sentiment": {
                "current": 40.0, "suggested": 43.0, "low": 38.0, "high": 47.0,
                "is_suggested": False, "renewals": 40, "churned": 0, "mean_churned": None, "mean_stayed": 62.0,
            },
        },
        "rules": {
            "adop|tion": [{"column": "seat_utilisation", "bad": 0.2, "good": 0.8, "weight": 45.2}],
            "sentiment": [{"column": "nps_latest_365d", "bad": 4.0, "good": 9.0, "weight": 54.8}],
        },
    },
}  # fmt: skip


def test_the_section_word_for_word() -> None:
    check_golden("health_section.md", health_told(FOUND) + "\n")


def test_the_suggested_rules_can_be_pasted() -> None:
    _, _, text = health_told(FOUND).partition("```yaml\n")
    pasted = yaml.safe_load(text.partition("```")[0])
    assert pasted["health"]["components"] == FOUND["weights"]["rules"]


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (figure(-0.1, -0.2, -0.01), "the rules were right more often"),
        (figure(0.03, -0.09, 0.15), "too close to call"),
        (figure(None, None, None), "The two scores flagged the same renewals"),
        (figure(0.2, None, None), "too close to call"),
    ],
)
def test_who_was_right_is_said_only_where_it_is_sure(difference: dict[str, Any], said: str) -> None:
    found = copy.deepcopy(FOUND)
    found["disagreement"]["difference"] = difference
    assert said in health_told(found)


def test_no_suggestion_no_rules_to_paste() -> None:
    found = copy.deepcopy(FOUND)
    found["weights"]["components"]["adop|tion"]["is_suggested"] = False
    assert "no reason to change one" in health_told(found)
    assert "```" not in health_told(found)


def test_a_gain_that_may_be_chance_is_not_promised() -> None:
    found = copy.deepcopy(FOUND)
    assert "is not proven" not in health_told(found)
    found["capture"]["by_expected_loss"]["difference"] = figure(0.027, -0.002, 0.059)
    assert "the difference may be chance" in health_told(found)
    assert "That they find more of the ARR that leaves is not proven." in health_told(found)


def test_too_few_renewals_are_said() -> None:
    assert "cannot be compared: 12 ripe renewals" in health_told({"not_enough": "12 ripe renewals"})
