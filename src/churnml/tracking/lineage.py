"""Where a run comes from: the commit, the lock of the data, the experiment of DVC, and what it was judged to be."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from churnml.results.stored import as_json
from churnml.results.verdict import Verdict


def revision() -> str:
    """The git commit that the run stands on, marked where files differ from it; 'none' outside git."""
    if "DVC_EXP_BASELINE_REV" in os.environ:  # an experiment of DVC, which moves HEAD about while it runs
        return os.environ["DVC_EXP_BASELINE_REV"]

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607

    commit = git("rev-parse", "--verify", "--quiet", "HEAD") if shutil.which("git") else ""
    return (commit + ("-dirty" if git("status", "--porcelain") else "")) if commit else "none"


def tags(book: str, outcome: str, verdict: Verdict) -> dict[str, str]:
    """The tags of one outcome's run."""
    lock = Path("dvc.lock")
    lineage = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "none"
    verdict_tags = {
        f"verdict.{key}": str(value)
        for key, value in as_json(verdict).items()
        if isinstance(value, str | bool)
    }
    lines = {"git_revision": revision(), "dvc_revision": lineage}
    if "DVC_EXP_NAME" in os.environ:
        lines["dvc_experiment"] = os.environ["DVC_EXP_NAME"]
    return {"book": book, "outcome": outcome, **lines, **verdict_tags}
