"""The catalogue: every feature, in one order. Adding a feature is one entry in a domain's file."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from churnml.data.schema import TABLES
from churnml.data.tables import Tables
from churnml.errors import SettingsError
from churnml.features.domains import (
    actions,
    contract,
    engagement,
    movements,
    onboarding,
    payment,
    profile,
    renewal,
    sentiment,
    support,
    usage,
)
from churnml.features.spec import Feature
from churnml.features.usage_measures import MEASURES, Measure
from churnml.params.section import did_you_mean

_LISTED: tuple[Feature, ...] = (
    *contract.FEATURES, *renewal.FEATURES, *movements.FEATURES, *usage.FEATURES, *support.FEATURES, *engagement.FEATURES,
    *sentiment.FEATURES, *payment.FEATURES, *onboarding.FEATURES, *actions.FEATURES, *profile.FEATURES,
)  # fmt: skip

CATALOG = tuple(replace(f, measured_as=MEASURES[f.measure].sql) if f.measure else f for f in _LISTED)


def available(tables: Tables, exclude: Collection[str] = ()) -> tuple[Feature, ...]:
    """The catalogue's features whose columns the book gives, building blocks included.

    Raises SettingsError where ``exclude`` names no feature.
    """
    unknown = set(exclude) - {feature.column for feature in CATALOG}
    if unknown:
        known = [feature.column for feature in CATALOG]
        hints = [
            f"features.exclude: no feature '{name}'{did_you_mean(name, known)}" for name in sorted(unknown)
        ]
        raise SettingsError.of("params.yaml names features that do not exist:", hints)
    return _available(tables.given(), exclude)


def _available(given: Mapping[str, set[str]], exclude: Collection[str]) -> tuple[Feature, ...]:
    kept: dict[str, Feature] = {}
    remaining = [f for f in CATALOG if f.table in given and f.column not in exclude]
    for feature in remaining:  # a formula stands after the columns it needs
        reads = feature.words & set(TABLES[feature.table].names) if feature.aggregate else set()
        reads |= _reads(MEASURES[feature.measure], given[feature.table]) if feature.measure else set()
        needs = feature.words & {f.column for f in CATALOG} if feature.formula else {feature.peer_of} - {""}
        if reads <= given[feature.table] and needs <= kept.keys():
            kept[feature.column] = feature
    return tuple(feature for feature in CATALOG if feature.column in kept)


def _reads(measure: Measure, given: Collection[str]) -> set[str]:
    """The canonical columns that a measure needs: a count stands in for users who are not named."""
    return {measure.instead} if measure.instead in given else set(measure.needs)


def missing(given: Mapping[str, set[str]]) -> list[str]:
    """A notice for each table the book gives without all the columns its features read: which features drop out.

    ``given`` are the columns a feature may read, by table.
    """
    kept = {feature.column for feature in _available(given, ())}
    lost: dict[str, list[str]] = {}
    for feature in CATALOG:
        if feature.table in given and feature.column not in kept and feature.is_input:
            lost.setdefault(feature.table, []).append(feature.column)
    return [
        f"{table}: columns not given, or undated and not declared static; without them go {', '.join(names)}"
        for table, names in lost.items()
    ]
