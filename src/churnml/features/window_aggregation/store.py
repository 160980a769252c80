"""Usage kept by account and day, a folder a month: what a night reads again only where a part has changed.

A month is kept as plain arrays in a folder named after the month, the digest of its part and that of the code that made it. The sweep
takes a month from here if that folder stands whole, and from its part otherwise: the store can be late, lost or damaged, but never wrong.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from churnml.data.tables import Tables
from churnml.features.window_aggregation import account_days, compaction, rows
from churnml.features.window_aggregation.account_days import ARRAYS, AccountDays
from churnml.features.window_aggregation.rows import every_account, read_parts
from churnml.progress import track

HEADER = "month.json"


def update(tables: Tables, folder: Path) -> list[str]:
    """The months made anew: those whose part, or whose code, is not what the store holds; other folders are removed.

    Killed at any time, it leaves whole months; a reader at the same time falls back on the part. A book without usage has a store
    of no month: DVC wants the folder there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {month: folder / key for month, key in _keys(tables).items()}
    stale = [month for month, place in wanted.items() if load(place) is None]
    for month in track(stale, "aggregating usage"):
        _write(read_parts(tables, [month], every_account(tables)), wanted[month])
    for place in folder.iterdir():
        if place not in wanted.values():
            shutil.rmtree(place)
    return stale


def kept(tables: Tables, months: list[str]) -> dict[str, AccountDays]:
    """The months that the book's store holds as they are now, their arrays left on disk until they are touched."""
    if tables.daily is None:
        return {}
    keys = _keys(tables)
    found = {month: load(tables.daily / keys[month]) for month in months}
    return {month: days for month, days in found.items() if days is not None}


def load(place: Path) -> AccountDays | None:
    """One kept month; None where it is not there, or not whole."""
    try:
        header: dict[str, Any] = json.loads((place / HEADER).read_text(encoding="utf-8"))
        arrays = {name: _mapped(place / name, *header["arrays"][name]) for name in ARRAYS}
        return AccountDays(first_day=int(header["first_day"]), **arrays)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mapped(file: Path, dtype: str, shape: list[int]) -> np.ndarray[Any, Any]:
    """An array on disk. Raises ValueError where the file has another size."""
    if file.stat().st_size != np.dtype(dtype).itemsize * int(np.prod(shape)):
        raise ValueError(file)
    return np.memmap(file, dtype, "r", shape=tuple(shape)) if shape[0] else np.empty(shape, dtype)


def _keys(tables: Tables) -> dict[str, str]:
    return {
        month: f"{month}-{hashlib.sha256((digest + CODE).encode()).hexdigest()[:16]}"
        for month, digest in tables.usage_digests().items()
    }


def _digest() -> str:
    """The digest of the code that makes account days: what another version made is made anew."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (account_days, compaction, rows)]
    return hashlib.sha256(b"".join(sources)).hexdigest()


CODE = _digest()


def _write(found: AccountDays, place: Path) -> None:
    """A month's folder, whole or not at all."""
    draft = place.with_name(f".{place.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    arrays = {name: getattr(found, name) for name in ARRAYS}
    for name, array in arrays.items():
        array.tofile(draft / name)
    header = {
        "first_day": found.first_day,
        "arrays": {name: (array.dtype.str, array.shape) for name, array in arrays.items()},
    }
    (draft / HEADER).write_text(json.dumps(header) + "\n", encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
