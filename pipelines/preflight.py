"""Refuses faulty settings before the first stage does any work, also those that only a later stage reads."""

from pathlib import Path
from typing import Any

from churnml.learn.models.registry import require_models
from churnml.params.root import load_params


def require_settings(file: Path, overlay: dict[str, Any]) -> None:
    """Nothing, or SettingsError with every fault of params.yaml under the book's own settings."""
    require_models(load_params(file, overlay).train)
