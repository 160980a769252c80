"""The commands: thin, quick to start, and plain when something is wrong."""

import shlex
import subprocess
import sys

import pytest
from click.testing import CliRunner

from churnml.cli.group import BadInput, main

COMMANDS = [
    "changes",
    "check",
    "features",
    "flat",
    "glossary",
    "growth",
    "sample",
    "schema",
    "score",
    "settings",
    "show",
    "tables",
    "use",
    "why",
]


def churnml(*words):
    return CliRunner().invoke(main, list(words))


def test_the_commands_are_these():
    assert sorted(main.commands) == COMMANDS


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_each_command_explains_itself(command):
    told = churnml(*command, "--help")
    assert told.exit_code == 0
    assert len(told.output.splitlines()) > 4


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_an_example_that_it_takes(command):
    example = main.commands[command].epilog.removeprefix("Example: ").partition(" > ")[0]
    program, name, *words = shlex.split(example)
    assert (program, name) == ("churnml", command)
    main.commands[command].make_context(command, words)
    assert example in " ".join(churnml(command, "--help").output.split())


def test_an_error_is_a_message_and_exit_code_2(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = churnml("show")
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr.startswith("Error: no dvc.yaml in")
    assert "Traceback" not in told.stderr


def test_an_error_told_keeps_nothing_alive_that_would_complain_at_the_end(tmp_path, monkeypatch):
    """What hangs on the error outlives the command: of a DuckDB connection it takes forty lines to say so."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as told:
        main.main(["show"], standalone_mode=False)
    assert told.value.__context__ is None


def test_a_wrong_date_is_refused(root, monkeypatch):
    monkeypatch.chdir(root)
    told = churnml("score", "--as-of", "31.12.2024")
    assert told.exit_code == 2
    assert "%Y-%m-%d" in told.stderr


def test_checking_a_raw_folder_that_is_not_there(root, monkeypatch):
    monkeypatch.chdir(root)
    told = churnml("check", "sample", "--raw", "no/such/folder")
    assert told.exit_code == 2
    assert "no/such/folder" in told.stderr


def test_help_loads_no_heavy_library():
    code = "import sys, churnml.cli; print([m for m in ('pandas','duckdb','mlflow','lightgbm','shap') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_scoring_loads_neither_shap_nor_mlflow():
    code = "import sys, churnml.publish.score; print([m for m in ('mlflow', 'shap', 'lightgbm', 'sklearn', 'scipy', 'matplotlib', 'lifelines') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_showing_no_account_is_refused(root, monkeypatch):
    monkeypatch.chdir(root)
    told = churnml("show", "--top", "0")
    assert told.exit_code == 2
    assert "x>=1" in told.stderr
