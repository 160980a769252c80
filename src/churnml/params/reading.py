"""params.yaml read: overlaid by a book's own settings, unknown keys refused all at once."""

from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from churnml.errors import SettingsError
from churnml.params.section import did_you_mean
from churnml.params.whole import Params


def load_params(path: Path, overlay: dict[str, Any] | None = None) -> Params:
    """The settings in force: ``path`` with the book's own settings laid over it.

    Raises SettingsError naming every unknown key (with the nearest known one) and every bad value at once.
    """
    raw = read_yaml(path)
    merged = _merge(raw, overlay or {})
    try:
        return Params.model_validate(merged)
    except ValidationError as error:
        failures = [_explain(detail) for detail in error.errors()]
        where = path.name + (" with the book's settings" if overlay else "")
        raise SettingsError.of(
            f"{where} has {len(failures)} fault(s); mend and run again:", failures
        ) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds; SettingsError where it is absent, malformed or no mapping."""
    if not path.is_file():
        raise SettingsError(f"{path} does not exist; run from the project's root or name the file.")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name} is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path.name} must be a mapping of settings, not {type(content).__name__}.")
    return content


def _merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overlay.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _explain(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"unknown setting '{place}'{did_you_mean(str(detail['loc'][-1]), _known(detail['loc'][:-1]))}"
    if detail["type"] == "missing":
        return f"setting '{place}' is missing"
    return f"setting '{place}' is {detail['input']!r}: {detail['msg'].lower()}"


def _known(place: tuple[Any, ...]) -> list[str]:
    """The keys allowed at a place of params.yaml."""
    model: Any = Params
    for part in place:
        if part in getattr(model, "model_fields", {}):
            model = model.model_fields[part].annotation
        else:  # a key of a dict or a place in a tuple: step into the element's type
            model = next((a for a in get_args(model) if a not in (str, Ellipsis)), model)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
