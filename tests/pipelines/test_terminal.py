"""What a terminal shows: a failed run with its message, plots without the net."""

import re
import subprocess

import yaml

from churnml.evidence.headline import COMPARED, headline
from churnml.results.stored import write_json


def test_a_failed_run_ends_with_the_messages_of_dvc_and_of_the_stage(root, tmp_path):
    """The recipe of `make run`, in a project whose only stage fails."""
    recipe = re.search(
        r"dvc repro (.*?)kpis card report (.*)", (root / "Makefile").read_text(encoding="utf-8")
    )
    assert recipe and "--quiet" not in recipe[0]
    stage = "stages:\n  card:\n    cmd: echo 'train.seed is no number' >&2; exit 2\n"
    (tmp_path / "dvc.yaml").write_text(stage, encoding="utf-8")
    run = f"dvc init --quiet --no-scm && dvc repro {recipe[1]} card {recipe[2]}"
    done = subprocess.run(run, check=False, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "train.seed is no number" in done.stderr
    assert "failed to reproduce 'card'" in done.stderr
    assert done.stdout == ""


def test_one_small_file_is_what_runs_are_compared_by(root):
    listed = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["metrics"]
    assert listed == ["models/${book.name}/headline.json"]


def test_it_fits_a_row_of_120_columns(tmp_path):
    figures = dict.fromkeys(("roc_auc", "low", "high", *COMPARED), 0.123456)
    file = tmp_path / "models" / "sample" / "headline.json"
    write_json(headline(dict.fromkeys(("churn", "contraction", "expansion"), figures)), file)
    (tmp_path / "dvc.yaml").write_text("metrics:\n  - models/sample/headline.json\n", encoding="utf-8")
    shown = subprocess.run("dvc init --quiet --no-scm && dvc metrics show", check=True, shell=True, cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    lines = shown.stdout.splitlines()
    assert lines[0].split() == ["Path", "churn.arr_captured", "churn.roc_auc", "churn.slope", "expansion.roc_auc", "expansion.slope"]  # fmt: skip
    assert max(map(len, lines)) <= 120


def test_the_page_of_plots_asks_the_net_for_nothing(root):
    page = (root / ".dvc/plots.html").read_text(encoding="utf-8")
    assert "html_template = plots.html" in (root / ".dvc/config").read_text(encoding="utf-8")
    assert "{plot_divs}" in page and "{scripts}" not in page  # DVC would put the scripts of a CDN there
    outside = re.sub(r"(?s)<script>.*?</script>", "", page)
    assert re.findall(r"<script|<link|<img|https?:", outside) == []
    assert page.count("Interactive Data Lab") >= 3  # each library carries its licence
