"""YAML read into typed settings: unknown keys refused all at once; params.yaml overlaid by a book's own settings."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError, create_model

from churnml.errors import SettingsError
from churnml.params.section import Section, did_you_mean

Typed = TypeVar("Typed", bound=BaseModel)
KEY = "[key]"
"""What pydantic puts at the end of a place where the key itself is at fault."""
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where PyYAML was built with it: ten times as fast."""


def load_sections(
    path: Path, kinds: Mapping[str, type[Section]], overlay: dict[str, Any] | None = None
) -> dict[str, Section]:
    """Some sections of the settings in force, by name: ``path`` with the book's own settings laid over it.

    Raises SettingsError naming every fault in them at once; of the other sections nothing is read.
    """
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in kinds.items()}
    chosen = create_model("Chosen", __base__=Section, **fields)
    raw = {name: value for name, value in overlaid(path, overlay).items() if name in kinds}
    return dict(typed(raw, chosen, where(path, overlay), {}))


def overlaid(path: Path, overlay: dict[str, Any] | None) -> dict[str, Any]:
    """The settings in ``path`` with the book's own laid over them, as they are written."""
    return _merge(read_yaml(path), overlay or {})


def where(path: Path, overlay: dict[str, Any] | None) -> str:
    """Where a fault is to be looked for."""
    return path.name + (" with the book's settings" if overlay else "")


def read_typed(path: Path, kind: type[Typed], known: Mapping[str, Any]) -> Typed:
    """An editable file as its typed settings; ``known`` are the words that its own checks may look up.

    Raises SettingsError naming every fault at once, as ``load_params`` does.
    """
    return typed(read_yaml(path), kind, path.name, known)


def typed(
    raw: dict[str, Any], kind: type[Typed], file: str, known: Mapping[str, Any], faults: Sequence[str] = ()
) -> Typed:
    """The settings as their class; SettingsError names every fault at once, after those found before."""
    try:
        found, more = kind.model_validate(raw, context=known), []
    except ValidationError as error:
        found, more = None, [_explain(kind, detail) for detail in error.errors()]
    if found is None or faults:
        every = [*faults, *more]
        raise SettingsError.of(f"{file} has {len(every)} fault(s); mend and run again:", every)
    return found


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds; SettingsError where it is absent, malformed or no mapping."""
    if not path.is_file():
        raise SettingsError(f"{path} does not exist; run from the project's root or name the file.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), SAFE)  # noqa: S506 - it is safe, whichever it is
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


def _explain(kind: type[BaseModel], detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"] if part != KEY)
    if detail["type"] == "extra_forbidden":
        known = _known(kind, detail["loc"][:-1])
        return f"unknown setting '{place}'{did_you_mean(str(detail['loc'][-1]), known)}"
    if detail["type"] == "missing":
        return f"setting '{place}' is missing"
    if detail["loc"][-1:] == (KEY,):
        return f"unknown setting '{place}': {_said(detail)}"
    if detail["type"] == "value_error" and isinstance(detail["input"], dict):
        return f"setting '{place}': {_said(detail)}"
    if detail["type"] == "literal_error":
        words = [word or number for word, number in re.findall(r"'([^']*)'|(\d+)", detail["ctx"]["expected"])]
        return f"setting '{place}' is {detail['input']!r}{did_you_mean(str(detail['input']), words)}"
    return f"setting '{place}' is {detail['input']!r}: {_said(detail)}"


def _said(detail: Any) -> str:
    message = str(detail["msg"])
    return message.removeprefix("Value error, ") if detail["type"] == "value_error" else message.lower()


def _known(kind: type[BaseModel], place: tuple[Any, ...]) -> list[str]:
    """The keys allowed at a place of the settings."""
    model: Any = kind
    for part in place:
        model = _present(model)
        if part in getattr(model, "model_fields", {}):
            model = model.model_fields[part].annotation
        else:  # a key of a dict or a place in a tuple: step into the element's type
            model = next((a for a in get_args(model) if a not in (str, Ellipsis)), model)
    model = _present(model)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _present(kind: Any) -> Any:
    """A section that may be left out, as it is when it is there."""
    parts = get_args(kind)
    return next(part for part in parts if part is not NoneType) if NoneType in parts else kind
