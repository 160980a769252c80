"""Next steps: the team's own words, for those at risk only, in time and never passed off as more than advice."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.errors import SettingsError
from churnml.listing.next_steps import concepts, next_steps, read_plays
from churnml.params.load import read_yaml
from tests.listing.fakes import PLAYS, the_list

DAY = date(2025, 1, 1)


def book(**columns: object) -> pd.DataFrame:
    """One account at risk that renews in March, with something changed."""
    row = {"is_at_risk": True, "is_within_capacity": False, "reason_1_concept": "", "renewal": "2025-03-01",
           "is_silent_decline": False}  # fmt: skip
    return pd.DataFrame([row | columns])


def step(**columns: object) -> tuple[str, str, object]:
    """The account's next step, who, and by when."""
    row = next_steps(book(**columns), PLAYS, DAY).loc[0]
    return row["next_step"], row["next_step_owner"], row["next_step_by"]


def test_the_first_reasons_concept_chooses_the_play() -> None:
    assert step(reason_1_concept="active users")[:2] == ("Advice: ask who still uses it.", "=CSM")
    assert step(reason_1_concept="tickets") == ("Advice: call and ask.", "CSM", pd.Timestamp("2025-01-15"))


def test_a_fall_in_use_that_nobody_explains_is_answered_by_the_play_of_silence() -> None:
    fall = {"reason_1_concept": "usage trend", "is_silent_decline": True}
    spoken = PLAYS.model_copy(update={"churn": PLAYS.churn | {"silence": PLAYS.churn["active users"]}})
    told = next_steps(pd.concat([book(**fall), book(**fall | {"is_silent_decline": False}),
                                 book(**fall | {"reason_1_concept": "tone"})], ignore_index=True), spoken, DAY)  # fmt: skip
    assert told["next_step"].tolist() == ["Advice: ask who still uses it.", *["Advice: call and ask."] * 2]
    without = PLAYS.model_copy(update={"churn": {"usage trend": PLAYS.churn["active users"]}})
    assert next_steps(book(**fall), without, DAY)["next_step"].tolist() == ["Advice: ask who still uses it."]


def test_a_step_is_due_by_the_renewal_at_the_latest() -> None:
    late = step(reason_1_concept="active users", renewal="2025-01-20")
    assert late[2] == pd.Timestamp("2025-01-20")
    assert step(renewal=pd.NaT)[2] == pd.Timestamp("2025-01-15")  # no renewal to hold it to


def test_who_is_not_at_risk_gets_no_step() -> None:
    assert step(is_at_risk=False) == ("", "", pd.NaT) or pd.isna(step(is_at_risk=False)[2])
    assert step(is_at_risk=False, is_within_capacity=True)[0]
    assert next_steps(book(), None, DAY)["next_step"].tolist() == [""]


def test_every_step_on_the_list_is_called_advice() -> None:
    told = the_list()[0]["next_step"]
    assert (told != "").sum() == 3 and all(text.startswith("Advice: ") for text in told if text)


def test_the_teams_own_plays_know_every_concept_that_may_be_a_reason(root: Path) -> None:
    parts = read_yaml(root / "params.yaml")["health"]["components"]
    plays = read_plays(root / "plays.yaml", parts)
    assert {*concepts(), *parts, "notice given", "silence"} - set(plays.churn) == set()
    said = [play.advice for play in (plays.default, *plays.churn.values())]
    assert all(text[0].islower() and text.endswith(".") and len(text) < 130 for text in said)
    assert not [text for text in said if any(word in text for word in ("because", "will churn", "cause"))]


def test_every_fault_of_the_plays_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plays.yaml"
    path.write_text("""
default: {advice: call, owner: CSM}
churn:
  usage trnd: {advice: ask, owner: CSM, within_days: 7}
  tone: {advice: "", owner: CSM, within_days: 0, when: now}
""")
    with pytest.raises(SettingsError) as told:
        read_plays(path, ["engagement"])
    said = str(told.value)
    for words in (
        "setting 'default.within_days' is missing", "unknown setting 'churn.usage trnd': there is no such concept: did you mean 'usage trend'?",
        "'churn.tone.advice'", "'churn.tone.within_days'", "unknown setting 'churn.tone.when'",
    ):  # fmt: skip
        assert words in said
    assert "plays.yaml has 5 fault(s)" in said
