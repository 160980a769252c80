"""All that one day's list says, before it is a file: what every output is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from churnml.history.changes import Changes
from churnml.history.list_facts import Facts
from churnml.history.timelines import Timelines
from churnml.history.track_record import Record
from churnml.listing.champions import Champion
from churnml.listing.columns import Column
from churnml.listing.metadata import ListMetadata
from churnml.params.crm import Crm


@dataclass(frozen=True)
class ListSnapshot:
    """One day's list with its header and columns, and the champions that spoke (none where nothing is proven).

    ``facts`` are what later lists are compared with, ``changes`` what this one was, ``record`` what came of earlier ones.
    ``growth`` holds the growth lists under each other, with the columns of ``growth.file.LINES``, ``roadblocks`` the accounts at risk
    by concept, ``crm`` the field maps of the uploads.
    """

    listed: pd.DataFrame
    columns: Sequence[Column]
    metadata: ListMetadata
    champions: Mapping[str, Champion] = field(default_factory=dict)
    facts: Facts | None = None
    changes: Changes | None = None
    record: Record | None = None
    growth: pd.DataFrame = field(default_factory=pd.DataFrame)
    top_drivers: pd.DataFrame = field(default_factory=pd.DataFrame)
    crm: Crm | None = None
    timelines: Timelines | None = None
