"""The form of the house: sizes, names and what no module may do."""

import ast
import re

LONGEST_FILE, LONGEST_FUNCTION = 300, 50
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def modules(root):
    return sorted([*(root / "src").rglob("*.py"), *(root / "pipelines").glob("*.py")])


def test_no_file_is_too_long(root):
    long = {
        f.name: n
        for f in modules(root)
        if (n := len(f.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_too_long(root):
    long = {}
    for file in modules(root):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                long[f"{file.name}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert long == {}


def test_no_module_has_an_empty_name(root):
    assert [f.name for f in modules(root) if f.stem in EMPTY_NAMES] == []


def test_nothing_unpickles_or_evaluates(root):
    bad = re.compile(r"\b(?:pickle|joblib|cloudpickle|dill)\b|(?<![\w.])eval\(|(?<![\w.])exec\(")
    found = [
        f"{f.name}: {line.strip()}"
        for f in modules(root)
        for line in f.read_text(encoding="utf-8").splitlines()
        if bad.search(line)
    ]
    assert found == []


def test_every_module_says_what_it_is(root):
    bare = [
        str(f.relative_to(root))
        for f in modules(root)
        if f.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(f.read_text(encoding="utf-8")))
    ]
    assert bare == []
