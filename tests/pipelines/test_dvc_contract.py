"""dvc.yaml tells the truth: what a stage reads, writes and is set by is what its line says, and nothing else.

Every check takes the whole pipeline and lists all it finds, so that one run shows all there is to mend.
"""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest
import yaml

from churnml.data.book import BookSettings
from churnml.params.root import Params
from churnml.paths import Paths
from pipelines import stage as stages_of
from pipelines.contract.closure import faults, is_code

ROOT = Path(__file__).resolve().parents[2]
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = PIPELINE["stages"]
ORDER = [
    "sample",
    "ingest",
    "snapshot",
    "aggregate",
    "featurize",
    "label",
    "audit",
    "kpis",
    "train",
    "evaluate",
    "weigh",
    "gate",
    "card",
    "register",
    "score",
    "forecast",
    "report",
]
# The run store is no stage's output: every book and every run adds to the same one.
STORE = {"register": {"models/mlflow.db"}}
LONGEST_STAGE = 25


def entries(stage, kind):
    """A stage's deps or outs; an out may be a mapping that carries its options."""
    return [next(iter(e)) if isinstance(e, dict) else e for e in STAGES[stage].get(kind, [])]


def function(stage):
    return getattr(importlib.import_module(f"pipelines.{stage}"), stage)


def test_the_stages_are_the_ones_of_the_design_in_their_order():
    assert list(STAGES) == ORDER


def test_deps_are_the_code_that_runs_and_no_other():
    """A folder where all of it runs, else the file; `python -m pipelines.contract.closure --write` mends it."""
    assert faults() == []


@pytest.mark.parametrize("stage", ORDER)
def test_params_are_the_sections_of_the_signature(stage):
    types = stages_of.signature(function(stage))
    sections = {name: kind for name, kind in types.items() if kind not in (Path, BookSettings)}
    assert sections == {
        name: Params.model_fields[name].annotation for name in STAGES[stage].get("params", [])
    }


@pytest.mark.parametrize("stage", ORDER)
def test_flags_of_the_command_are_those_of_the_signature(stage):
    types = stages_of.signature(function(stage))
    wanted = {name for name, kind in types.items() if kind is Path}
    wanted |= {"book_file"} if any(map(stages_of.is_settings, types.values())) else set()
    assert set(Paths(ROOT, {"name": "x", "raw": "y"}).stage(stage)) == wanted


@pytest.mark.parametrize("stage", ORDER)
def test_paths_of_the_command_are_its_deps_and_outs(stage):
    words = STAGES[stage]["cmd"].split()
    assert words[:3] == ["python", "-m", f"pipelines.{stage}"]
    said = {word for flag, word in zip(words[3::2], words[4::2], strict=True) if flag.startswith("--")}
    data = {dep for dep in entries(stage, "deps") if not is_code(dep)}
    assert said == data | set(entries(stage, "outs")) | STORE.get(stage, set())


@pytest.mark.parametrize("stage", [name for name in ORDER if STAGES[name].get("params")])
def test_a_stage_with_settings_reads_the_settings_of_its_book(stage):
    book = "sample" if stage == "sample" else "${book.name}"
    assert f"--book-file data/sources/{book}/book.yaml" in STAGES[stage]["cmd"]


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_is_thin(stage):
    stage_function = function(stage)
    node = ast.parse(inspect.getsource(stage_function)).body[0]
    logic = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.With, ast.Lambda, ast.ListComp, ast.DictComp)
    found = [type(n).__name__ for n in ast.walk(node) if isinstance(n, logic)]
    literals = [n.value for n in ast.walk(ast.Module(node.body[1:], [])) if isinstance(n, ast.Constant)]
    assert (found, literals) == ([], [])
    assert node.end_lineno <= LONGEST_STAGE
    assert stage_function.__doc__


@pytest.mark.parametrize(("stage", "out"), [("train", "bundles"), ("register", "champion")])
def test_a_failed_stage_leaves_what_scores(stage, out):
    """DVC removes a stage's outs before it runs, but for those that persist."""
    assert {f"models/${{book.name}}/{out}": {"persist": True}} in STAGES[stage]["outs"]


def test_only_the_sample_stage_knows_the_truth():
    assert [s for s in ORDER if "truth" in str(STAGES[s])] == ["sample"]


def test_no_number_stands_in_dvc_yaml():
    def numbers(branch):
        if isinstance(branch, dict):
            return [n for value in branch.values() for n in numbers(value)]
        if isinstance(branch, list):
            return [n for value in branch for n in numbers(value)]
        is_number = isinstance(branch, int | float) and not isinstance(branch, bool)
        is_said = isinstance(branch, str) and re.search(r"(?<![\w.])\d+(\.\d+)?(?![\w.])", branch)
        return [branch] if is_number or is_said else []

    assert numbers(PIPELINE) == []


def test_no_path_stands_in_the_package():
    tops = "|".join(sorted({"data", "models", "pipelines", "notebooks", "docs", "tests", "src"}))
    path = re.compile(rf"^(?:[./~]*/)?(?:{tops})/[\w./-]+$|^/[a-z]+/|^[A-Z]:\\")
    found = []
    for file in sorted((ROOT / "src").rglob("*.py")):
        documentation = {
            id(n.value)
            for n in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(n, ast.Expr)
        }
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_text = (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in documentation
            )
            if is_text and path.search(node.value):
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}: {node.value!r}")
    assert found == []


def test_every_setting_belongs_to_a_stage():
    used = {section for stage in STAGES.values() for section in stage.get("params", [])}
    commands_own = {"leakage_test", "flat"}  # `churnml check --time`, `churnml flat`
    assert set(Params.model_fields) == used | commands_own


def test_our_reading_of_dvc_yaml_is_dvcs_own():
    """``Paths`` fills in the book as DVC does."""
    from dvc.repo import Repo

    with Repo(str(ROOT)) as repo:
        resolved = {s.name: s.cmd for s in repo.index.stages}
    here = Paths(ROOT, yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))["book"])
    for stage in ORDER:
        flags = here.stage(stage)
        assert resolved[stage].split()[4::2] == list(flags.values())


def test_compiled_python_is_no_dependency():
    assert "__pycache__/" in (ROOT / ".dvcignore").read_text(encoding="utf-8").splitlines()
