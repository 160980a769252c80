"""The floors hold: imports go only down, and each library stays where it belongs."""

import subprocess
import sys


def test_every_import_contract_is_kept(root):
    code = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
    assert " 0 broken" in told.stdout
