"""The catalogue without its wording: all that training needs to know of each feature, as JSON keeps it.

``featurize`` writes it and training reads it, so that a phrase may be mended and no model is fitted again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from churnml.features.spec import Feature, View
from churnml.timeline import Window

Spec = dict[str, Any]
CATALOGUE = TypeAdapter(list[Spec])
"""What ``specs`` gives, as ``featurize`` stores it."""
WORDING = ("phrase", "none", "noun", "level", "is_calendar")


def specs(features: Iterable[Feature]) -> list[Spec]:
    """Every field of every feature that can move a number or a reason, as JSON would give it back; wording may be mended, and how a change is told."""
    fields = [
        {
            "column": feature.column,
            **{k: v for k, v in asdict(feature).items() if k not in WORDING and (v or k != "measured_as")},
        }
        for feature in features
    ]
    found: list[Spec] = json.loads(json.dumps(fields, default=str))
    return found


def restored(stored: list[Spec]) -> tuple[Feature, ...]:
    """The features that ``specs`` gave, without words."""
    return tuple(_restored(spec) for spec in stored)


def _restored(spec: Spec) -> Feature:
    fields = {name: value for name, value in spec.items() if name != "column"}
    if isinstance(spec["source"], dict):
        fields["source"] = View(**{**spec["source"], "needs": tuple(spec["source"]["needs"])})
    if spec["window"]:
        fields["window"] = Window(**spec["window"])
    return Feature(phrase="", **fields)
