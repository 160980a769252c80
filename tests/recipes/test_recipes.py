"""The two recipes of CONTRIBUTING hold: each is done in a copy of the repository, and the contract suites run there on what is new.

A model is one file and one entry; a feature is one entry, its line in the oracle and the page that is written from the catalogue.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
TABLE = "src/churnml/learn/candidates.py"
ENTRY = '    "tally": Family(path="tally.Tally", title="tally of signs", sentence="a tally of good and bad signs", colour="#B03A2E"),\n'
SUPPORT = "src/churnml/features/domains/support.py"
ORACLE = "tests/features/oracle_contact.py"
PAGE = "docs/features.md"
LINE = """        "slow_answer_share_182d": share(
            [row for row in half if row["first_response_at"] is not None],
            lambda row: row["first_response_at"] > row["opened_at"] + timedelta(days=1),
        ),
"""


class Copy:
    """A copy of the repository's files, of which a recipe changes some."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder, self.touched = folder, set()
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(listed, cwd=root, capture_output=True, check=True, text=True).stdout.split(
            "\0"
        ):
            if (root / name).is_file() and not name.startswith(("tests/golden", "notebooks")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, folder / name)

    def write(self, name: str, text: str) -> None:
        """Puts a file in the place of another, or of none."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.touched.add(name)

    def insert(self, name: str, text: str, before: str) -> None:
        """Puts lines into a file before the one place that reads so."""
        found = (self.folder / name).read_text(encoding="utf-8")
        assert found.count(before) == 1
        self.write(name, found.replace(before, text + before))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What Python does there: ``-m pytest ...`` or ``-c ...``; the copy's code wins over what is installed."""
        env = os.environ | {"PYTHONPATH": os.pathsep.join([str(self.folder / "src"), str(self.folder)])}
        return subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def test(self, name: str, *suites: str) -> tuple[set[str], str]:
        """The tests of what is new that passed there, and all that pytest wrote."""
        found = self.run("-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", name, *suites)
        return set(re.findall(r"::(\S+) PASSED", found.stdout)), found.stdout + found.stderr


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Copy:
    return Copy(root, tmp_path)


def add_model(copy: Copy, entry: str) -> None:
    copy.write("src/churnml/learn/models/tally.py", (HERE / "tally.py").read_text(encoding="utf-8"))
    copy.insert(TABLE, entry, before='    "logistic": Family(')


def test_a_model_is_one_file_and_one_line(copy: Copy) -> None:
    add_model(copy, ENTRY)
    assert copy.touched == {"src/churnml/learn/models/tally.py", TABLE} and ENTRY.count("\n") == 1
    suites = (
        "tests/learn/models/test_models.py",
        "tests/learn/test_candidates.py",
        "tests/evidence/test_models_are_drawn.py",
    )
    passed, report = copy.test("tally", *suites)
    assert len(passed) >= 15 and "FAILED" not in report, report
    for contract in (
        "is_drawn_on_every_chart",
        "is_drawn_on_every_card",
        "finds_a_planted_signal",
        "same_seed_same_bytes",
        "loaded_is_saved",
    ):
        assert f"test_{contract}[tally]" in passed


def test_a_model_without_a_title_is_refused_in_words(copy: Copy) -> None:
    add_model(copy, ENTRY.replace('title="tally of signs", ', ""))
    found = copy.run("-c", "import churnml.learn.candidates")
    assert "model 'tally.Tally' has no title: say it in its entry of MODELS" in found.stderr


SETTINGS = """
from pathlib import Path
from churnml.errors import SettingsError
from churnml.learn.models.registry import model_class, require_models
from churnml.params.root import load_params

def show(models):
    train = load_params(Path("params.yaml"), {"train": {"candidates": ["rules", "tally"], **models}}).train
    try:
        require_models(train)
        print(train.of_model("tally", model_class("tally").Settings).most_deviations)
    except SettingsError as error:
        print(error)

show({})
show({"models": {"tally": {"most_deviations": 3.5}}})
show({"models": {"tally": {"most_deviation": 1}}})
show({"models": {"logistic": {"knots": 1}}})
"""


def test_its_settings_have_defaults_and_an_unknown_one_is_refused(copy: Copy) -> None:
    add_model(copy, ENTRY)
    found = copy.run("-c", SETTINGS)
    assert found.stdout.startswith("2.0\n3.5\n"), found.stderr
    assert "train.models.tally has 1 fault(s)" in found.stdout
    assert "unknown setting 'most_deviation': did you mean 'most_deviations'?" in found.stdout
    assert "train.models.logistic: this model has no settings of its own" in found.stdout


def entry(root: Path) -> str:
    """The feature that docs/walk.md adds."""
    page = (root / "docs" / "walk.md").read_text(encoding="utf-8")
    return re.search(r"```text\n( +Feature\(.*?)```", page, re.DOTALL)[1]


def test_a_feature_is_one_entry_and_its_line_in_the_oracle(root: Path, copy: Copy) -> None:
    suites = ("tests/features/test_oracle.py", "tests/features/test_catalog.py")
    copy.insert(SUPPORT, entry(root), before='    Feature(name="tickets_reopened"')
    passed, report = copy.test("slow_answer_share", suites[0])
    assert not passed
    assert (
        "feature 'slow_answer_share_182d' has no line in the oracle: say it once more in plain Python"
        in report
    )
    copy.insert(ORACLE, LINE, before='        "complaint_tickets_365d":')
    copy.write(PAGE, copy.run("-c", "from churnml.cli import main; main(['features'])").stdout)
    passed, report = copy.test("slow_answer_share", *suites)
    assert len(passed) >= 5 and "FAILED" not in report, report
    assert "test_the_oracle_agrees_on_a_hand_made_account[slow_answer_share_182d]" in passed
    assert copy.touched == {SUPPORT, ORACLE, PAGE}
    assert "`slow_answer_share_182d`" in (copy.folder / PAGE).read_text(encoding="utf-8")
