"""A folder sealed by digests: nothing in it is parsed before every byte is known to be as written."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from churnml.errors import BundleError

MANIFEST, DIGEST = "manifest.json", "manifest.sha256"
REMEDY = "Restore the folder, or train again (dvc repro)."


def clear(folder: Path) -> None:
    """An empty folder, an older bundle in it removed; BundleError where it holds something else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MANIFEST).is_file():
            raise BundleError(
                f"'{folder}' holds files that are no bundle; a bundle is not written over them."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def write_checksums(folder: Path, content: Mapping[str, Any]) -> None:
    """Writes the manifest (the content, and the digest of every file in the folder) and its own digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in paths}
    text = json.dumps({**content, "files": files}, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    (folder / DIGEST).write_text(_digest(folder / MANIFEST) + "\n", encoding="utf-8")


def read_verified(folder: Path) -> dict[str, Any]:
    """The manifest's content once every file has proved whole; BundleError naming all that have not."""
    if not (folder / MANIFEST).is_file() or not (folder / DIGEST).is_file():
        raise BundleError(f"'{folder}' holds no whole bundle: {MANIFEST} or {DIGEST} is absent. {REMEDY}")
    if (folder / DIGEST).read_text(encoding="utf-8").strip() != _digest(folder / MANIFEST):
        raise BundleError(
            f"the bundle in '{folder}' is damaged: {MANIFEST} differs from its digest. {REMEDY}"
        )
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    faults = [
        fault for name, digest in content["files"].items() if (fault := _fault(folder / name, name, digest))
    ]
    if faults:
        raise BundleError.of(f"the bundle in '{folder}' is damaged. {REMEDY}", faults)
    return content


def _fault(path: Path, name: str, digest: str) -> str | None:
    if not path.is_file():
        return f"{name} is absent"
    return None if _digest(path) == digest else f"{name} was changed after training"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
