"""Every setting as a page for people: docs/settings.md is exactly this, and a test holds it so."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from churnml.params.root import Params
from churnml.params.section import Section

HEAD = """# Settings

Every setting of `params.yaml`, from the classes in `src/churnml/params`. Written by `churnml settings > docs/settings.md`. A book's
`book.yaml` may lay its own over them under `params:`. LightGBM's, scikit-learn's, lifelines' and Optuna's settings bear their names;
`n_` counts, `min_` and `max_` bound, a *share* lies between 0 and 1.
"""
KINDS = {"integer": "whole number", "number": "number", "string": "text", "null": "nothing"}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def page(values: Mapping[str, Any]) -> str:
    """The settings as Markdown, one table a section; ``values`` are those that params.yaml has, as they are written.

    Which book is in use is no default, and not shown.
    """
    return "\n".join([HEAD, *_section(Params, {**values, "book": {}}, "")])


def _section(kind: type[Section], values: Mapping[str, Any], place: str) -> Iterator[str]:
    """A section's table, then those of the sections inside it."""
    schema = kind.model_json_schema()
    inner = {name: found for name in kind.model_fields if (found := _inner(kind, name))}
    rows = [
        f"| `{name}` | {_value(values.get(name))} | {_takes(schema['properties'][name], schema)} | {field.description} |"
        for name, field in kind.model_fields.items()
        if name not in inner
    ]
    if place:
        yield f"## {place}\n\n{' '.join(str(kind.__doc__).split())}\n"
    if rows:
        yield "\n".join(["| Setting | Value | Takes | Meaning |", "|---|---|---|---|", *rows, ""])
    for name, found in inner.items():
        yield from _section(found, values.get(name) or {}, f"{place}.{name}".lstrip("."))


def _inner(kind: type[Section], name: str) -> type[Section] | None:
    annotation = kind.model_fields[name].annotation
    every = [part for part in (annotation, *get_args(annotation)) if isinstance(part, type)]
    return next((part for part in every if issubclass(part, Section)), None)


def _value(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 60 else "see there"


def _takes(schema: Any, whole: Mapping[str, Any]) -> str:
    """What a setting may be, in words.

    >>> _takes({"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}, {})
    'list of number ≥ 0 ≤ 1'
    """
    if schema is True:
        return "anything"
    if "$ref" in schema:
        fields = whole["$defs"][schema["$ref"].rpartition("/")[2]]["properties"]
        return "{" + ", ".join(fields) + "}"
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{word}`" for word in schema.get("enum", [schema.get("const")]))
    for joint, parts in ((" or ", schema.get("anyOf")), (" and ", schema.get("prefixItems"))):
        if parts:
            return joint.join(_takes(part, whole) for part in parts)
    if schema.get("type") in {"array", "object"}:
        is_list = schema["type"] == "array"
        return f"{'list of' if is_list else 'by name:'} {_takes(schema['items'] if is_list else schema['additionalProperties'], whole)}"
    kind = "day" if schema.get("format") == "date" else KINDS[schema["type"]]
    return " ".join(
        [kind, *(f"{sign} {schema[bound]:g}" for bound, sign in BOUNDS.items() if bound in schema)]
    )
