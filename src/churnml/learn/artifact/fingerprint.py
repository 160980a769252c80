"""What a model believes its features to be, so that a changed definition is refused and never scored."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from churnml.features.spec import Feature
from churnml.features.usage_measures import MEASURES

Spec = dict[str, Any]
WORDING = ("phrase", "none", "noun", "level", "is_calendar")


def specs(features: Iterable[Feature]) -> list[Spec]:
    """Every field of every feature that can move a number or a reason, as JSON would give it back; wording may be mended, and how a change is told."""
    fields = [
        {
            "column": feature.column,
            **{k: v for k, v in asdict(feature).items() if k not in WORDING},
            **_measured(feature),
        }
        for feature in features
    ]
    found: list[Spec] = json.loads(json.dumps(fields, default=str))
    return found


def _measured(feature: Feature) -> Spec:
    """What a named measure means, since its name alone would not show a change."""
    return {"measured_as": MEASURES[feature.measure].sql} if feature.measure else {}


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
