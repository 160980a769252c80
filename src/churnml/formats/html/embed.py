"""Data and code inside a page, so that no name in them can end a script and no request can leave."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from churnml.formats.json import escape

LEVEL = 6
"""How hard details are pressed: above it zlib takes twice the time for a hundredth of the size."""


def safe_json(content: Any) -> str:
    r"""Content as JSON that stands inside a script element and cannot end it.

    >>> safe_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    return escape(_json(content))


def packed(content: Any) -> str:
    """Content as JSON, deflated and in base64; a browser's DecompressionStream reads it back."""
    return base64.b64encode(zlib.compress(_json(content).encode("utf-8"), LEVEL)).decode("ascii")


def bare(values: pd.Series, decimals: int | None = None) -> list[Any]:
    """The values as JSON knows them: unknown is None, whole numbers have no fraction.

    >>> bare(pd.Series([1.0, 0.256, float("nan")]), 2)
    [1, 0.26, None]
    """
    if decimals is not None:
        values = values.astype(float).round(decimals)
    unknown = (values.isna() | values.isin([np.inf, -np.inf])).tolist()
    return [
        None if gone else int(value) if isinstance(value, float) and value.is_integer() else value
        for gone, value in zip(unknown, values.tolist(), strict=True)
    ]


def code(text: str) -> str:
    """A script or style as it may stand in the page: without the address of its source map.

    Raises ValueError where it could end its own element.
    """
    text = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text).strip() + "\n"
    if re.search(r"</(script|style)", text, re.IGNORECASE):
        raise ValueError("a script or style that holds its own end tag cannot stand in a page")
    return text


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The content security policy that lets exactly these run, and nothing load."""
    directives = {
        "default-src": "'none'", "script-src": " ".join(map(_digest, scripts)), "style-src": " ".join(map(_digest, styles)),
        "img-src": "data:", "connect-src": "'none'", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
