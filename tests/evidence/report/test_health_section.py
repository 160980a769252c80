"""The two health scores on the page, word for word: CHURNML_GOLDEN=write rewrites the golden file."""

from dataclasses import replace

import pytest
import yaml

from churnml.evidence.report.health_section import health_section
from churnml.results.health import (
    Capture,
    Captured,
    Component,
    Disagreement,
    Flagged,
    HealthEvidence,
    Weights,
)
from churnml.results.interval import Interval
from churnml.results.stored import NotEnough, as_json
from tests.formats.terminal.test_printed import check_golden


def group(renewals: int, churned: int, rate: Interval) -> Flagged:
    return Flagged(renewals, churned, rate, 12_000.0 * churned)


CAUGHT = Captured(Interval(0.42, 0.38, 0.46), Interval(0.47, 0.43, 0.51), Interval(0.05, 0.02, 0.08))
ADOPTION = Component(60.0, 45.2, 40.0, 51.0, True, 7889, 803, 51.7, 72.0)
FOUND = HealthEvidence(
    confidence=0.9,
    capacity_share=0.1,
    disagreement=Disagreement(
        lead_days=90,
        renewals=3554,
        groups={
            "both": group(144, 58, Interval(0.4, 0.33, 0.47)),
            "rules_only": group(212, 30, Interval(0.14, 0.1, 0.18)),
            "fitted_only": group(212, 57, Interval(0.27, 0.22, 0.32)),
            "neither": group(2986, 180, Interval(0.06, 0.05, 0.07)),
        },
        difference=Interval(0.13, 0.07, 0.19),
    ),
    capture=Capture(by_expected_loss=CAUGHT, by_health=CAUGHT),
    weights=Weights(
        components={"adop|tion": ADOPTION, "sentiment": Component(40.0, 43.0, 38.0, 47.0, False, 40, 0, None, 62.0)},
        rules={
            "adop|tion": ({"column": "seat_utilisation", "bad": 0.2, "good": 0.8, "weight": 45.2},),
            "sentiment": ({"column": "nps_latest_365d", "bad": 4.0, "good": 9.0, "weight": 54.8},),
        },
    ),
)  # fmt: skip


def test_the_section_word_for_word() -> None:
    check_golden("health_section.md", health_section(FOUND) + "\n")


def test_the_suggested_rules_can_be_pasted() -> None:
    _, _, text = health_section(FOUND).partition("```yaml\n")
    pasted = yaml.safe_load(text.partition("```")[0])
    assert pasted["health"]["components"] == as_json(FOUND.weights.rules)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (Interval(-0.1, -0.2, -0.01), "the rules were right more often"),
        (Interval(0.03, -0.09, 0.15), "too close to call"),
        (Interval(None, None, None), "The two scores flagged the same renewals"),
        (Interval(0.2, None, None), "too close to call"),
    ],
)
def test_who_was_right_is_said_only_where_it_is_sure(difference: Interval, said: str) -> None:
    found = replace(FOUND, disagreement=replace(FOUND.disagreement, difference=difference))
    assert said in health_section(found)


def test_no_suggestion_no_rules_to_paste() -> None:
    components = {**FOUND.weights.components, "adop|tion": replace(ADOPTION, is_suggested=False)}
    found = replace(FOUND, weights=replace(FOUND.weights, components=components))
    assert "no reason to change one" in health_section(found)
    assert "```" not in health_section(found)


def test_a_gain_that_may_be_chance_is_not_promised() -> None:
    assert "is not proven" not in health_section(FOUND)
    unsure = replace(CAUGHT, difference=Interval(0.027, -0.002, 0.059))
    found = replace(FOUND, capture=replace(FOUND.capture, by_expected_loss=unsure))
    assert "the difference may be chance" in health_section(found)
    assert "That they find more of the ARR that leaves is not proven." in health_section(found)


def test_too_few_renewals_are_said() -> None:
    assert "cannot be compared: 12 ripe renewals" in health_section(NotEnough("12 ripe renewals"))
