"""What similar accounts do: medians over the accounts of the same segment and tenure band, as the month began.

Peers are looked at on the first day of the as-of month, never on the as-of date itself: so a snapshot's peers are the same whatever other
snapshots are built, and nothing about them is known later than the snapshot's own facts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.features.spec import Feature

TENURE_BANDS = (180, 365, 730)  # days: new, first year, second year, longer
LEAST_PEERS = 5
BY = ["month", "segment", "band"]
LIVE = {"arr_usd": 0.0, "term_age_days": -1.0}
"""Who was live: those above this in the first of these columns that the book gives (one without prices has no ARR)."""


def peer_snapshots(tables: Tables, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Every account with a contract on the first day of each month in which a snapshot stands."""
    months = pd.DataFrame({"as_of": np.unique(_month(snapshots["as_of"]))})
    accounts = tables.connect().execute(
        "SELECT account_id, CAST(min(known_at) AS TIMESTAMP) AS since FROM contracts_versions GROUP BY account_id ORDER BY account_id").df()  # fmt: skip
    every = accounts.merge(months, how="cross")
    every = every[every["since"] < every["as_of"]].reset_index(drop=True)
    return every.assign(renewal=every["as_of"], lead_days=0)


def with_parts(peers: Sequence[Feature], features: Sequence[Feature]) -> list[Feature]:
    """The features whose medians are wanted and what they are made of, with what says who is a peer."""
    known = {feature.column: feature for feature in features}
    wanted = {f.peer_of for f in peers} | {*LIVE, "segment", "tenure_days"}
    while (
        more := {
            w
            for name in wanted & known.keys()
            if known[name].formula
            for w in known[name].words & known.keys()
        }
        - wanted
    ):
        wanted |= more
    return [feature for feature in features if feature.column in wanted]


def peer_medians(
    others: pd.DataFrame, snapshots: pd.DataFrame, found: Mapping[str, Any], peers: Sequence[Feature]
) -> dict[str, pd.Series]:
    """For each snapshot the median over its peers; unknown with fewer than ``LEAST_PEERS`` of them."""
    shown_by = next((column for column in LIVE if column in others), None)
    live = others[others[shown_by] > LIVE[shown_by]] if shown_by else others
    keys = pd.DataFrame(_key(live["as_of"], live))
    own = pd.DataFrame(_key(snapshots["as_of"], found))
    columns = [f.peer_of for f in peers]
    groups = live[columns].reset_index(drop=True).groupby([keys[by].to_numpy() for by in BY])
    medians = groups.median().where(groups.count() >= LEAST_PEERS)
    places = pd.MultiIndex.from_frame(own)
    return {f.column: medians[f.peer_of].reindex(places).reset_index(drop=True) for f in peers}


def _month(moments: pd.Series) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    return moments.to_numpy("datetime64[M]").astype("datetime64[ns]")


def _key(as_of: pd.Series, values: Mapping[str, Any] | pd.DataFrame) -> dict[str, Any]:
    """Month, segment and tenure band of each row; a book that does not give one of them compares without it."""
    size = len(as_of)
    segment = pd.Series(values["segment"]).fillna("").to_numpy() if "segment" in values else np.full(size, "")
    tenure = np.asarray(values["tenure_days"]) if "tenure_days" in values else np.zeros(size)
    return {
        "month": _month(as_of),
        "segment": segment,
        "band": np.digitize(np.nan_to_num(tenure), TENURE_BANDS),
    }
