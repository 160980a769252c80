"""``metrics.json``: how well each contender predicted in the backtest."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from churnml.results.stored import LAZY

METRICS: TypeAdapter[Mapping[str, Mapping[str, Any]]] = TypeAdapter(
    Mapping[str, Mapping[str, Any]], config=LAZY
)
"""Metrics by outcome."""
