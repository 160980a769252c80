"""Ends a run whose health rules name columns that no feature has; nothing is computed here."""

from churnml.errors import SettingsError
from churnml.features.catalog import CATALOG
from churnml.params.health import Health
from churnml.params.section import did_you_mean


def require_columns(health: Health) -> None:
    """Nothing, or SettingsError naming every rule whose column is no feature of the catalogue."""
    known = [feature.column for feature in CATALOG if not feature.is_category]
    faults = [
        f"health.components.{name}: no feature '{rule.column}'{did_you_mean(rule.column, known)}"
        for name, rules in health.components.items()
        for rule in rules
        if rule.column not in known
    ]
    if faults:
        raise SettingsError.of(
            "the health rules name columns that do not exist (docs/features.md lists them):", faults
        )
