"""What a model believes its features to be, so that a changed definition is refused and never scored."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from churnml.features.spec import Spec


def fingerprint(stored: Sequence[Spec]) -> str:
    """The digest of these definitions, in their order."""
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def differences(stored: Sequence[Spec], current: Sequence[Spec]) -> list[str]:
    """Each field in which a stored definition and this code's catalogue part, in words."""
    now = {spec["column"]: spec for spec in current}
    found: list[str] = []
    for spec in stored:
        column = spec["column"]
        if column not in now:
            found.append(f"{column} is no longer in the catalogue")
            continue
        found += _fields(column, spec, now[column])
    return found


def _fields(column: str, stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [*stored, *(name for name in now if name not in stored)]
    return [
        f"{column}.{name}: stored {stored.get(name)!r}, now {now.get(name)!r}"
        for name in names
        if stored.get(name) != now.get(name)
    ]
