"""What is left out of the stages' dependencies is harmless, and the rest follows from imports."""

import ast

import pytest

from churnml import progress
from pipelines.contract.closure import HARMLESS, PIPELINE, ROOT, closure, dependencies, imported, rewritten

WRITERS = {
    "open",
    "write",
    "write_text",
    "write_bytes",
    "mkdir",
    "touch",
    "rename",
    "replace",
    "to_parquet",
    "to_csv",
    "setattr",
}


def tree(file):
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def test_errors_only_define_exceptions_and_exit_codes():
    """A message is put together where it is raised; here stand names, docstrings, one joined list, and the codes that end a stage."""
    body = tree("src/churnml/errors.py").body
    assert {type(node) for node in body} == {ast.Expr, ast.ImportFrom, ast.ClassDef}
    assert {node.module for node in body if isinstance(node, ast.ImportFrom)} == {
        "collections.abc",
        "enum",
        "typing",
    }
    bases = {base.id for node in body if isinstance(node, ast.ClassDef) for base in node.bases}
    assert bases == {"Exception", "ChurnmlError", "IntEnum"}
    methods = {
        each.name
        for node in ast.walk(tree("src/churnml/errors.py"))
        for each in [node]
        if isinstance(node, ast.FunctionDef)
    }
    assert methods == {"of", "__new__"}


def test_no_error_that_is_kept_as_data_is_put_together_by_errors():
    """Why an outcome has no model is stored in the backtest: its text must stand where it is raised."""
    said = [f for f in (ROOT / "src").rglob("*.py") if "NotEnoughError.of(" in f.read_text(encoding="utf-8")]
    assert said == []


@pytest.mark.parametrize("is_watched", [False, True])
def test_progress_hands_on_the_same_steps(monkeypatch, is_watched):
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_watched, raising=False)
    steps = [object(), object(), object()]
    assert list(progress.track(iter(steps), "counting", 3)) == steps
    public = [node.name for node in tree("src/churnml/progress.py").body if isinstance(node, ast.FunctionDef)]
    assert public == ["track"]


@pytest.mark.parametrize(
    "file", [file for file in HARMLESS if not file.endswith(("errors.py", "progress.py"))]
)
def test_what_only_ends_a_stage_returns_and_writes_nothing(file):
    functions = [node for node in tree(file).body if isinstance(node, ast.FunctionDef)]
    assert functions
    assert all(isinstance(f.returns, ast.Constant) and f.returns.value is None for f in functions)
    called = {
        getattr(c.func, "attr", getattr(c.func, "id", ""))
        for c in ast.walk(tree(file))
        if isinstance(c, ast.Call)
    }
    stored = [
        t
        for n in ast.walk(tree(file))
        if isinstance(n, ast.Assign)
        for t in n.targets
        if not isinstance(t, ast.Name)
    ]
    assert (called & WRITERS, stored) == (set(), [])


def test_every_harmless_module_is_there_with_its_reason():
    assert all((ROOT / file).is_file() and len(reason) > 20 for file, reason in HARMLESS.items())


def test_what_types_alone_need_is_not_run(tmp_path):
    file = tmp_path / "one.py"
    file.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import churnml.cli\nelse:\n    import churnml.text\n"
        "def f():\n    import churnml.jit\n",
        encoding="utf-8",
    )
    assert {"churnml.text", "churnml.jit"} <= set(imported(file))
    assert "churnml.cli" not in set(imported(file))


OF_COMMANDS = {"src/churnml/evidence/load_report/page.html.j2"}
"""What only a command shows (``churnml check --report``)."""


def test_every_resource_belongs_to_a_stage():
    """A style sheet that no closure holds would change a page and rerun nothing."""
    resources = {
        str(f.relative_to(ROOT)) for f in (ROOT / "src").rglob("*") if f.suffix in {".css", ".j2", ".js"}
    }
    assert resources - OF_COMMANDS <= closure("card") | closure("score")


def test_resources_of_a_package_in_use_count():
    assert any(file.endswith(".css") for file in closure("card"))
    assert all("formats/html" not in file for file in closure("train"))
    assert not any(
        file.endswith(".css") for file in closure("register")
    )  # it reads a module of the card that reads no style


def test_the_rewritten_pipeline_is_the_one_there_is():
    text = PIPELINE.read_text(encoding="utf-8")
    assert rewritten(text) == text
    assert rewritten(text.replace("      - src/churnml/timeline.py\n", "")) == text


def test_training_runs_no_code_that_judges_and_judging_none_that_trains():
    judging = ("src/churnml/learn/selection", "src/churnml/learn/health")
    assert [file for file in closure("train") if file.startswith(judging)] == []
    training = (
        "src/churnml/learn/training",
        "src/churnml/learn/artifact",
        "src/churnml/learn/models/lightgbm",
    )
    for stage in ("evaluate", "gate", "weigh"):
        assert [file for file in closure(stage) if file.startswith(training)] == []


def test_a_file_is_named_once():
    for stage in ("train", "score"):
        deps = dependencies(stage)
        assert [d for d in deps for other in deps if d != other and d.startswith(f"{other}/")] == []
