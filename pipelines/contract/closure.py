"""The code a stage depends on, from its imports: ``python -m pipelines.contract.closure`` says where dvc.yaml differs, ``--write`` mends it.

A stage's closure is every file of ours that its code runs, and what lies beside it as a resource (a style sheet, a template). What is
imported for types alone is never run and not followed; neither is what can only end a stage or draw its progress (``HARMLESS``): no byte
that a stage leaves depends on it. A folder is named where all of it is in the closure, else the file.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PIPELINE = ROOT / "dvc.yaml"
TOPS = {"churnml": ROOT / "src", "pipelines": ROOT}
HARMLESS = {
    "src/churnml/errors.py": "defines exceptions and nothing else",
    "src/churnml/progress.py": "hands on the same steps, with a bar where a person looks on",
    "src/churnml/evidence/require_clear.py": "ends a stage where an alarm was raised, or logs it; every function returns None",
    "src/churnml/learn/require_columns.py": "ends a stage where a health rule names no feature; its function returns None",
    "pipelines/preflight.py": "ends a stage where a setting is at fault; every function returns None",
}
"""Modules that cannot change what a stage writes, and why; tests/pipelines/contract/test_closure.py holds each to it."""

READS_BESIDE = ("__package__", "__file__", "importlib.resources")
"""What stands in a module that reads a style sheet or a template of its own package."""


def closure(stage: str) -> set[str]:
    """All files of ours that a stage's code runs, and the resources beside them."""
    seen: set[Path] = set()
    todo = [ROOT / "pipelines" / f"{stage}.py"]
    while todo:
        file = todo.pop()
        if file not in seen and _name(file) not in HARMLESS:
            seen.add(file)
            todo += [found for module in imported(file) for found in files_of(module)]
    beside = {
        resource
        for folder in {file.parent for file in seen if _reads_beside(file)}
        for resource in _resources(folder)
    }
    return {_name(file) for file in seen | beside if not does_nothing(file)}


def dependencies(stage: str) -> list[str]:
    """The closure as dvc.yaml names it: a folder where all of it is in the closure, else the file."""
    files = closure(stage)

    def named(folder: Path) -> Iterator[str]:
        mine = {_name(file) for file in _all(folder)}
        if mine and mine <= files:
            yield _name(folder)
            return
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                yield from named(path)
            elif _name(path) in files:
                yield _name(path)

    tops = [ROOT / "pipelines", *(path for path in (ROOT / "src" / "churnml").iterdir() if path.is_dir())]
    single = [file for file in files if (ROOT / file).parent == ROOT / "src" / "churnml"]
    return sorted({*single, *(dep for top in tops for dep in named(top))})


def imported(file: Path) -> Iterator[str]:
    """Modules a file imports when it runs, also those inside a function; what types alone need is left out."""
    todo: list[ast.AST] = [_tree(file)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            todo += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise ValueError(f"{file}: a relative import; name the module in full.")
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            # A name put together at run time: whatever lies in the file's own package may be meant.
            yield from (_module(path) for path in file.parent.rglob("*.py"))
        todo += ast.iter_child_nodes(node)


def files_of(module: str) -> set[Path]:
    """The files that importing a module runs: its own, and its packages'."""
    parts = module.split(".")
    if parts[0] not in TOPS:
        return set()
    paths = [TOPS[parts[0]].joinpath(*parts[: i + 1]) for i in range(len(parts))]
    named = [path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in paths]
    return {path for path in named if path.is_file()}


def does_nothing(file: Path) -> bool:
    """Whether a module holds only a docstring, so that it cannot change what a stage does."""
    return file.suffix == ".py" and all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in _tree(file).body
    )


def is_code(dep: str) -> bool:
    """Whether a dependency is code of ours, not data."""
    return dep.startswith(("src/", "pipelines/"))


def faults() -> list[str]:
    """One line for each stage whose code dependencies in dvc.yaml are not those of its closure."""
    found = []
    for stage, entry in yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))["stages"].items():
        listed = {dep for dep in entry["deps"] if is_code(dep)}
        wanted = set(dependencies(stage))
        if listed != wanted:
            found.append(f"{stage}: add {sorted(wanted - listed)}, remove {sorted(listed - wanted)}")
    return found


def rewritten(text: str) -> str:
    """dvc.yaml with every stage's code dependencies as its closure has them; all other lines stay."""

    def code(stage: re.Match[str]) -> str:
        kept = [line for line in stage["deps"].splitlines() if not is_code(line.strip().removeprefix("- "))]
        lines = [*kept, *(f"      - {dep}" for dep in dependencies(stage["name"]))]
        return "\n".join([stage["head"], *lines, ""])

    entry = r"(?m)^(?P<head>  (?P<name>\w+):\n(?:    .*\n)*?    deps:)\n(?P<deps>(?:      - .*\n)+)"
    return re.sub(entry, code, text)


def main(arguments: list[str]) -> int:
    """Mends dvc.yaml where asked to, else says where it is wrong; the exit code is 1 where it was."""
    if "--write" in arguments:
        PIPELINE.write_text(rewritten(PIPELINE.read_text(encoding="utf-8")), encoding="utf-8")
    wrong = faults()
    print("\n".join(wrong) or "dvc.yaml names the code of every stage.")
    return int(bool(wrong))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _all(folder: Path) -> list[Path]:
    """Everything below a folder that a stage's bytes may depend on."""
    return [
        f for f in sorted(folder.rglob("*")) if f.is_file() and not _is_compiled(f) and not does_nothing(f)
    ]


def _reads_beside(file: Path) -> bool:
    """Whether a module reads files that lie beside it."""
    return any(word in file.read_text(encoding="utf-8") for word in READS_BESIDE)


def _resources(package: Path) -> list[Path]:
    """What is no code below a package and in none of its packages."""
    found = []
    for path in sorted(package.iterdir()):
        if path.is_dir() and not (path / "__init__.py").exists() and path.name != "__pycache__":
            found += [file for file in path.rglob("*") if file.is_file() and not _is_compiled(file)]
        elif path.is_file() and path.suffix not in {".py", ".pyc"}:
            found.append(path)
    return found


def _is_compiled(file: Path) -> bool:
    return "__pycache__" in file.parts


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
