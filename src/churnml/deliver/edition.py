"""All that one day's list says, before it is a file: what every output is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from churnml.deliver.champions import Champion
from churnml.deliver.header import Header
from churnml.deliver.risk_list import Column
from churnml.params import Crm


@dataclass(frozen=True)
class Edition:
    """One day's list with its header and columns, and the champions that spoke (none where nothing is proven).

    ``roadblocks`` are the accounts at risk by concept, ``growth`` who is ready for what, ``crm`` the field maps of the
    uploads.
    """

    listed: pd.DataFrame
    columns: Sequence[Column]
    header: Header
    champions: Mapping[str, Champion] = field(default_factory=dict)
    roadblocks: pd.DataFrame = field(default_factory=pd.DataFrame)
    growth: pd.DataFrame = field(default_factory=pd.DataFrame)
    crm: Crm | None = None
