"""Results as files: the same text again, and a file of another shape refused in words."""

import json
from pathlib import Path

import pytest

from churnml.errors import ResultError
from churnml.results.alarms import AUDITS, Alarm, Audit
from churnml.results.forecast import FORECAST
from churnml.results.health import HEALTH
from churnml.results.lifetime import LIFETIME
from churnml.results.stored import NotEnough, read_json, write_json
from churnml.results.verdict import VERDICTS, Verdict

GIVEN = {"churn": Verdict("churn", True, "B", "logistic", "Grade B.", 0.75, 0.7, 0.8)}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_json(GIVEN, tmp_path / "verdicts.json")
    assert read_json(tmp_path / "verdicts.json", VERDICTS) == GIVEN
    found = Audit("churn", 90, 9, (Alarm("L2", "reason", "stop", 0.25, "filled for leavers"),))
    write_json({"churn": found}, tmp_path / "alarms.json")
    assert read_json(tmp_path / "alarms.json", AUDITS) == {"churn": found}
    assert json.loads((tmp_path / "alarms.json").read_text())["churn"]["is_stopped"]


@pytest.mark.parametrize("kind", [FORECAST, HEALTH, LIFETIME])
def test_why_there_is_nothing_is_a_result_too(tmp_path: Path, kind: object) -> None:
    write_json(NotEnough("12 ripe renewals", {"book": "acme"}), tmp_path / "found.json")
    text = (tmp_path / "found.json").read_text()
    assert json.loads(text) == {"book": "acme", "not_enough": "12 ripe renewals"}
    assert read_json(tmp_path / "found.json", kind) == NotEnough("12 ripe renewals")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "the whole: input should be an object"),
        ('{"churn": 3}', "key 'churn'"),
        ('{"churn": {"outcome": "churn"}}', "key 'churn.is_proven' is missing"),
        (json.dumps({"churn": {"roc_auc": "high"}}), "and 3 more"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_key_and_what_to_do(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "verdicts.json"
    file.write_text(text)
    with pytest.raises(ResultError) as error:
        read_json(file, VERDICTS)
    assert said in str(error.value)
    assert f"'{file}'" in str(error.value) and "run the stage that writes it again" in str(error.value)
