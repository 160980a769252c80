"""Peer medians on Spark: who is a peer is said in ``churnml.features.peers``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from churnml.features.peers import BY, LEAST_PEERS, TENURE_BANDS
from churnml.features.spec import Feature

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEYS = [f"peer_{by}" for by in BY]


def with_peers(built: "DataFrame", others: "DataFrame", peers: Sequence[Feature]) -> "DataFrame":
    """The built rows with each peer feature's median over the month-start rows ``others`` of the same month, segment and tenure band.

    NULL with fewer than ``LEAST_PEERS`` known values. Both carry ``as_of``.
    """
    from pyspark.sql import functions as fn

    live = others.where("arr_usd > 0") if "arr_usd" in others.columns else others
    medians = _keyed(live).groupBy(*KEYS).agg(
        *(fn.expr(f"CASE WHEN count(`{f.peer_of}`) >= {LEAST_PEERS} THEN median(`{f.peer_of}`) END").alias(f.column) for f in peers)
    )  # fmt: skip
    return _keyed(built).join(medians, KEYS, "left").drop(*KEYS)


def _keyed(rows: "DataFrame") -> "DataFrame":
    """The rows with what says who is a peer; a book that does not give one of them compares without it."""
    month = "date_trunc('MONTH', as_of)"
    segment = "coalesce(segment, '')" if "segment" in rows.columns else "''"
    tenure = "coalesce(tenure_days, 0)" if "tenure_days" in rows.columns else "0"
    band = " + ".join(f"CAST({tenure} >= {edge} AS INT)" for edge in TENURE_BANDS)
    return rows.selectExpr(
        "*", *(f"{said} AS {key}" for key, said in zip(KEYS, (month, segment, band), strict=True))
    )
