"""Usage kept by account and day, a folder a month: what a night reads again only where a part has changed.

A month is kept as plain arrays beside the digest of the part it was made from. The sweep takes a month from here if
that digest still stands in the book, and from its part otherwise: the store can be late or lost, but never wrong.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from churnml.data.tables import Tables
from churnml.features.sweep.account_days import ARRAYS, AccountDays
from churnml.features.sweep.rows import every_account, read_parts
from churnml.progress import track

FORMAT = 1


def update(tables: Tables, folder: Path) -> list[str]:
    """The months made anew: those whose part is new or changed since the store was last updated; vanished months are removed.

    Killed at any time, it leaves whole months only.
    """
    digests = tables.usage_digests()
    kept = months(folder)
    for month in kept.keys() - digests.keys():
        shutil.rmtree(folder / month)
    stale = [month for month, digest in digests.items() if kept.get(month) != digest]
    for month in track(stale, "aggregating usage"):
        _write(read_parts(tables, [month], every_account(tables)), folder / month, digests[month])
    return stale


def months(folder: Path | None) -> dict[str, str]:
    """The digest of the part each kept month was made from; nothing where there is no store."""
    if folder is None or not folder.is_dir():
        return {}
    return {
        path.parent.name: digest
        for path in sorted(folder.glob("*/month.json"))
        if (digest := _header(path).get("digest"))
    }


def load(month: Path) -> AccountDays:
    """One kept month, its arrays left on disk until they are touched."""
    header = _header(month / "month.json")
    arrays = {
        name: np.memmap(month / name, dtype, "r", shape=tuple(shape)) if shape[0] else np.empty(shape, dtype)
        for name, (dtype, shape) in header["arrays"].items()
    }
    return AccountDays(first_day=header["first_day"], **arrays)


def _write(found: AccountDays, month: Path, digest: str) -> None:
    """A month's folder, whole or not at all."""
    draft = month.with_name(f".{month.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    arrays = {name: getattr(found, name) for name in ARRAYS}
    for name, array in arrays.items():
        array.tofile(draft / name)
    header = {"format": FORMAT, "digest": digest, "first_day": found.first_day,
              "arrays": {name: (array.dtype.str, array.shape) for name, array in arrays.items()}}  # fmt: skip
    (draft / "month.json").write_text(json.dumps(header) + "\n", encoding="utf-8")
    shutil.rmtree(month, ignore_errors=True)
    draft.rename(month)


def _header(path: Path) -> dict[str, Any]:
    """What a kept month says of itself; nothing where another version of this code wrote it."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found if found.get("format") == FORMAT else {}
