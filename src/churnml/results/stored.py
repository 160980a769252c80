"""Results as JSON: written from their types, and read back only where every key is there and of its kind."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol, Self, TypeVar

from pydantic import ConfigDict, Discriminator, PlainValidator, Tag, TypeAdapter, ValidationError
from pydantic import Field as Stored

from churnml.errors import ChurnmlError, ResultError

TUNED = "tuned"


class HasAttrs(Protocol):
    """A table with room for notes."""

    @property
    def attrs(self) -> MutableMapping[Any, Any]:
        """The notes."""


@dataclass(frozen=True, slots=True)
class BacktestNotes:
    """By outcome, why it has no rows, and the settings that trials found, by cutoff."""

    lacking: Mapping[str, str]
    tuned: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, predictions: HasAttrs) -> Self:
        """The notes of a table; none where it has none."""
        return cls(predictions.attrs.get(NOT_ENOUGH, {}), predictions.attrs.get(TUNED, {}))

    def put(self, predictions: HasAttrs) -> None:
        """Writes the notes on a table."""
        predictions.attrs.update({NOT_ENOUGH: self.lacking, TUNED: self.tuned})


T = TypeVar("T")
NOT_ENOUGH, ENOUGH = "not_enough", "enough"
LEFT_OUT = {"is_left_out": True}
"""The metadata of a field that a file lacks where it is None, instead of holding null."""
LAZY = ConfigDict(defer_build=True)
MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Why there is no result: too little history to learn from. ``about`` stands before the reason in the file."""

    reason: Annotated[str, Stored(validation_alias=NOT_ENOUGH)]
    about: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, str]:
        """The reason under the key by which a file says so."""
        return {**self.about, NOT_ENOUGH: self.reason}


def _which(found: object) -> str:
    return NOT_ENOUGH if isinstance(found, Mapping) and NOT_ENOUGH in found else ENOUGH


OrNotEnough = Annotated[
    Annotated[T, Tag(ENOUGH)] | Annotated[NotEnough, Tag(NOT_ENOUGH)], Discriminator(_which)
]
"""A result, or why there is none, as a file may hold either."""


def as_json(result: Any) -> Any:
    """A result as JSON holds it: field by field, or as its own ``as_dict`` says."""
    if hasattr(result, "as_dict"):
        return as_json(result.as_dict())
    if is_dataclass(result):
        values = [(each, getattr(result, each.name)) for each in fields(result)]
        return {
            each.name: as_json(value)
            for each, value in values
            if value is not None or "is_left_out" not in each.metadata
        }
    if isinstance(result, Mapping):
        return {key: as_json(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return [as_json(each) for each in result]
    return result


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested settings or metrics with dotted names.

    >>> list(leaves({"a": {"b": 1, "c": [2, 3]}}))
    [('a.b', 1), ('a.c.0', 2), ('a.c.1', 3)]
    """
    if isinstance(tree, Mapping):
        branches: Iterable[tuple[Any, Any]] = tree.items()
    elif isinstance(tree, list):
        branches = enumerate(tree)
    else:
        yield path, tree
        return
    for key, branch in branches:
        yield from leaves(branch, f"{path}.{key}" if path else str(key))


def write_json(result: Any, path: Path) -> None:
    """Writes a result for later stages, for ``dvc metrics`` and for people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(result), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path, kind: TypeAdapter[T]) -> T:
    """What an earlier stage wrote with ``write_json``; ResultError where it is absent, damaged or of another shape."""
    try:
        return kind.validate_json(path.read_bytes(), strict=True)
    except OSError:
        raise unread(path) from None
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors(include_url=False)]
        if error.errors()[0]["type"] == "json_invalid":
            raise unread(path) from None
        more = [f"and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
        raise ResultError.of(
            f"'{path}' does not hold what this code reads; run the stage that writes it again (dvc repro):",
            faults[:MOST_FAULTS] + more,
        ) from None


def adapter(make: Callable[[Any], T]) -> TypeAdapter[T]:
    """Reads a file whose results make themselves of what JSON gives; another shape is a fault of the file."""

    def made(stored: Any) -> T:
        try:
            return make(stored)
        except KeyError as error:
            raise ValueError(f"key {error} is missing") from None
        except (AttributeError, TypeError) as error:
            raise ValueError(str(error)) from None

    return TypeAdapter(Annotated[Any, PlainValidator(made)])


def unread(path: Path) -> ChurnmlError:
    """The error of a file that an earlier stage should have written."""
    fault = "is damaged" if path.exists() else "is absent"
    return ResultError(f"'{path}' {fault}: run the stages before this one again (dvc repro).")


def _fault(fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part != ENOUGH)
    key = f"key '{place}'" if place else "the whole"
    return f"{key} is missing" if fault["type"] == "missing" else f"{key}: {fault['msg'].lower()}"
