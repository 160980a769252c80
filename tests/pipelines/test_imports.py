"""What starting a stage loads: a slow library is imported by who computes with it, and not before."""

import subprocess
import sys
from pathlib import Path

import pytest

STAGES = {path.stem for path in Path("pipelines").glob("*.py")} - {
    "__init__",
    "stage",
    "closure",
    "preflight",
}
SLOW = ("numba", "scipy", "sklearn", "lightgbm", "lifelines", "matplotlib", "shap", "mlflow", "jinja2", "xlsxwriter", "click")  # fmt: skip
MAY_IMPORT = {"aggregate": {"numba", "scipy"}, "train": {"scipy"}, "register": {"mlflow", "scipy", "click"}}


@pytest.mark.parametrize(
    ("stages", "allowed"),
    [(sorted(STAGES - MAY_IMPORT.keys()), set()), *(([name], allowed) for name, allowed in MAY_IMPORT.items())],
)  # fmt: skip
def test_a_stage_starts_with_no_slow_library_that_it_may_not_need(
    stages: list[str], allowed: set[str]
) -> None:
    code = f"import sys\nfor stage in {stages}: __import__('pipelines.' + stage)\nprint(*({set(SLOW)} & sys.modules.keys()))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(shown.split()) <= allowed
