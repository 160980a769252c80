"""What starting a stage loads: a slow library is imported by who computes with it, and not before."""

import json
import subprocess
import sys
from pathlib import Path

STAGES = {path.stem for path in Path("pipelines").glob("*.py")} - {
    "__init__",
    "stage",
    "closure",
    "preflight",
}
SLOW = ("numba", "scipy", "sklearn", "lightgbm", "lifelines", "matplotlib", "shap", "mlflow", "jinja2", "xlsxwriter", "click")  # fmt: skip
MAY_IMPORT = {"aggregate": {"numba", "scipy"}, "train": {"scipy"}, "register": {"mlflow", "scipy", "click"}}


IMPORTED = f"""
import json, os, sys

def shown(*stages):
    for stage in stages:
        __import__("pipelines." + stage)
    print(json.dumps([*({set(SLOW)} & sys.modules.keys())]), flush=True)

shown(*{sorted(STAGES - MAY_IMPORT.keys())})
for stage in {[*MAY_IMPORT]}:
    if not (child := os.fork()):
        shown(stage)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
"""What each stage imports: those that may load nothing slow in one process, each other one in a copy of that process."""


def test_a_stage_starts_with_no_slow_library_that_it_may_not_need() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True
    ).stdout
    of_all, *of_one = (set(json.loads(line)) for line in shown.splitlines())
    assert of_all == set()
    for stage, slow in zip(MAY_IMPORT, of_one, strict=True):
        assert slow <= MAY_IMPORT[stage], stage
