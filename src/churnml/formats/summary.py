"""The list in a few numbers, for the scheduler, for ``dvc metrics`` and for the next run to compare with."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from churnml.formats.crm import reach
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import LAYOUT
from churnml.listing.metadata import ListMetadata
from churnml.listing.status import lost, to_keep
from churnml.results.stored import as_json


def summary(list_snapshot: ListSnapshot) -> dict[str, Any]:
    """Counts, dollars, roadblocks, verdicts and the fingerprints of the bundles that spoke; without prices dollars are null."""
    found = _summary(list_snapshot)
    if list_snapshot.metadata.is_priced:
        return found
    return {name: None if name.endswith("_usd") else value for name, value in found.items()}


def _summary(list_snapshot: ListSnapshot) -> dict[str, Any]:
    listed, metadata = list_snapshot.listed, list_snapshot.metadata
    within, beyond = listed["is_within_capacity"], listed["is_beyond_horizon"]
    at_risk, already_lost, is_proven = to_keep(listed), lost(listed), metadata.churn.is_proven
    return {
        "layout": LAYOUT,
        "book": metadata.book,
        "as_of": metadata.as_of.isoformat(),
        "trained_through": metadata.trained_through and metadata.trained_through.isoformat(),
        "is_hindsight": bool(metadata.hindsight),
        "longest_lead_days": metadata.longest_lead_days,
        "accounts": len(listed),
        "accounts_within_capacity": int(within.sum()),
        "accounts_at_risk": len(at_risk),
        "accounts_already_lost": len(already_lost),
        "accounts_beyond_horizon": int(beyond.sum()),
        **_not_listed(metadata),
        "accounts_by_band": {
            str(band): int(count)
            for band, count in listed["band"].value_counts().sort_index().items()
            if band
        },
        "arr_usd": _dollars(listed["arr_usd"]),
        "arr_within_capacity_usd": _dollars(listed.loc[within, "arr_usd"]),
        "arr_at_risk_usd": _dollars(at_risk["arr_usd"]),
        "arr_already_lost_usd": _dollars(already_lost["arr_usd"]),
        "arr_beyond_horizon_usd": _dollars(listed.loc[beyond, "arr_usd"]),
        "expected_loss_usd": _dollars(listed["expected_loss_usd"]) if is_proven else None,
        "expected_loss_within_capacity_usd": _dollars(listed.loc[within, "expected_loss_usd"])
        if is_proven
        else None,
        "calls": metadata.call_list
        and {name: round(value, 2) for name, value in asdict(metadata.call_list).items()},
        "accounts_in_silent_decline": int(listed["is_silent_decline"].sum()),
        "accounts_with_thin_data": int((listed["thin_data"] != "").sum()),
        "expected_loss_at_risk_usd": _dollars(at_risk["expected_loss_usd"]) if is_proven else None,
        "roadblocks": [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in list_snapshot.top_drivers.to_dict("records")
        ],
        "crm": asdict(reach(listed)),
        "ranked_by": {"churn": metadata.churn_order, "expansion": metadata.expansion_order},
        "verdicts": {"churn": as_json(metadata.churn), "expansion": as_json(metadata.expansion)},
        "bundles": {
            outcome: champion.bundle.fingerprint
            for outcome, champion in sorted(list_snapshot.champions.items())
        },
    }


def _not_listed(metadata: ListMetadata) -> dict[str, Any]:
    """Who is missing: accounts between two terms, and those whose contract rows were refused."""
    grace = metadata.grace
    return {
        "accounts_in_grace": grace.accounts if grace else None,
        "arr_in_grace_usd": round(grace.arr_usd, 2) if grace and grace.arr_usd is not None else None,
        "accounts_refused": [account.account_id for account in metadata.refused],
    }


def _dollars(values: pd.Series) -> float:
    return round(float(values.sum()), 2)
