"""The notebook runs from top to bottom on the scored sample book."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("scored")
def test_the_notebook_runs(root, tmp_path):
    command = [sys.executable, "-m", "jupytext", "--to", "ipynb", "--execute", "--output", str(tmp_path / "look.ipynb"),
               "--run-path", str(root), str(root / "notebooks" / "01_look_at_the_book.py")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
