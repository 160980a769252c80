"""dvc.yaml tells the truth: what a stage reads, writes and is set by is what its line says, and nothing else.

Every check takes the whole pipeline and lists all it finds, so that one run shows all there is to mend.
"""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from churnml.paths import Paths
from pipelines import stage as stages_of

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


def is_code(path):
    return path.startswith(("src/", "pipelines/"))


def function(stage):
    return getattr(importlib.import_module(f"pipelines.{stage}"), stage)


@cache
def tree(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def does_nothing(file):
    """Whether a module holds only a docstring, so that it cannot change what a stage does."""
    return all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in tree(file).body)


def files_of(module):
    """The files that importing a module runs: its own, and its packages'."""
    parts = module.split(".")
    top = {"churnml": ROOT / "src", "pipelines": ROOT}.get(parts[0])
    if top is None:
        return set()
    paths = [top.joinpath(*parts[: i + 1]) for i in range(len(parts))]
    named = [p / "__init__.py" if p.is_dir() else p.with_suffix(".py") for p in paths]
    return {p for p in named if p.is_file()}


def imported(file):
    """Modules a file imports, also those inside a function."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module
            yield from (f"{node.module}.{a.name}" for a in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            # A name put together at run time: whatever lies in the file's own package may be meant.
            yield from (
                ".".join(p.relative_to(ROOT / "src").with_suffix("").parts) for p in file.parent.rglob("*.py")
            )


def closure(stage):
    """All files of ours that a stage's code runs."""
    seen, todo = set(), [ROOT / "pipelines" / f"{stage}.py"]
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            todo += [f for module in imported(file) for f in files_of(module)]
    return {str(f.relative_to(ROOT)) for f in seen if not does_nothing(f)}


def covers(dep, file):
    return file == dep or file.startswith(f"{dep}/")


def test_the_stages_are_the_ones_of_the_design_in_their_order():
    assert list(STAGES) == ORDER


@pytest.mark.parametrize("stage", ORDER)
def test_deps_cover_the_code_that_runs_and_no_other(stage):
    code = [dep for dep in entries(stage, "deps") if is_code(dep)]
    files = closure(stage)
    missing = sorted(f for f in files if not any(covers(dep, f) for dep in code))
    idle = sorted(dep for dep in code if not any(covers(dep, f) for f in files))
    assert (missing, idle) == ([], []), (
        f"dvc.yaml, stage {stage}: add to deps {missing}; remove from deps {idle}"
    )


@pytest.mark.parametrize("stage", ORDER)
def test_params_are_the_sections_of_the_signature(stage):
    types = stages_of.signature(function(stage)).values()
    sections = [stages_of.sections()[kind] for kind in types if kind in stages_of.sections()]
    assert sorted(STAGES[stage].get("params", [])) == sorted(sections)


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
        documentation = {id(n.value) for n in ast.walk(tree(file)) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree(file)):
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
    commands_own = {"proof", "flat"}  # `churnml check --time`, `churnml flat`
    assert set(stages_of.sections().values()) == used | commands_own


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
