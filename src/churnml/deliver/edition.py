"""All that one day's list says, before it is a file: what every output is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from churnml.deliver.champions import Champion
from churnml.deliver.header import Header
from churnml.deliver.risk_list import Column
from churnml.deliver.timelines import Timelines


@dataclass(frozen=True)
class Edition:
    """One day's list with its header and columns, and the champions that spoke (none where nothing is proven)."""

    listed: pd.DataFrame
    columns: Sequence[Column]
    header: Header
    champions: Mapping[str, Champion] = field(default_factory=dict)
    timelines: Timelines | None = None
