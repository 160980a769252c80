"""A world as a book: raw files in the shape of the canonical tables, mapping SQL that passes them on, settings, and apart from them the truth."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.worlds.events import created, days, tickets, today, touches, usage
from benchmarks.worlds.history import History
from benchmarks.worlds.state import INDUSTRIES


def accounts(history: History) -> pd.DataFrame:
    """A row an account and CSM it has had; only those who have come by the last day."""
    rows: list[tuple[Any, ...]] = []
    made = created(history)
    for account in np.nonzero(history.state.first_start < history.last_day)[0]:
        csm = history.weekly["csm"][:, account].astype(int)
        changes = [0, *(np.nonzero(np.diff(csm))[0] + 1)]
        for nth, week in enumerate(changes):
            since = made[account] if nth == 0 else history.first_day + 7 * week
            if nth and since <= made[account]:
                rows.pop()
                since = made[account]
            rows.append((account, INDUSTRIES[history.state.industry[account]], csm[week], since))
    frame = pd.DataFrame(rows, columns=["account", "industry", "csm", "since"])
    which = frame["account"].to_numpy()
    return pd.DataFrame({
        "account_id": history.ids(which), "name": [f"World {n:04d} Ltd" for n in which], "created_at": days(made[which]).to_numpy(),
        "industry": frame["industry"], "csm": "CSM " + frame["csm"].astype(str), "valid_from": days(frame["since"].to_numpy()).to_numpy(),
    })  # fmt: skip


def contracts(history: History) -> pd.DataFrame:
    """A row a term; seats added as a line of its own are a second row beside it."""
    terms = history.terms[history.terms["signed"] < history.last_day]
    base = _lines(history, terms, "main", "seats")
    extra = terms[terms["add_on_seats"] > 0]
    lines = pd.concat([base, _lines(history, extra, "add-on", "add_on_seats")], ignore_index=True)
    return lines.assign(contract_id=[f"K{n}" for n in range(len(lines))])


def _lines(history: History, terms: pd.DataFrame, product: str, seats: str) -> pd.DataFrame:
    months = (terms["end"] - terms["start"]) / 30.44
    return pd.DataFrame({
        "account_id": history.ids(terms["account"].to_numpy()), "start_date": days(terms["start"].to_numpy()).to_numpy(),
        "end_date": days(terms["end"].to_numpy()).to_numpy(), "arr": (terms[seats] * terms["price"]).round(2).to_numpy(),
        "seats": terms[seats].astype(int).to_numpy(), "product": product, "plan": np.where(months < 2, "monthly", np.where(months < 14, "annual", "three years")),
        "signed_at": days(terms["signed"].to_numpy()).to_numpy(),
    })  # fmt: skip


def invoices(history: History) -> pd.DataFrame:
    """An invoice at each term's start, paid the later the worse the payer."""
    rng = np.random.default_rng([history.seed, 5])
    terms = history.terms[
        (history.terms["start"] < history.last_day) & (history.terms["start"] >= 0)
    ].reset_index(drop=True)
    issued = terms["start"].to_numpy()
    paid = issued + np.maximum(
        1, np.round(18 + 10 * history.state.payer[terms["account"]] + rng.normal(0, 5, len(terms)))
    ).astype(int)
    return pd.DataFrame({
        "invoice_id": [f"I{n}" for n in range(len(terms))], "account_id": history.ids(terms["account"].to_numpy()), "issued_at": days(issued),
        "due_at": days(issued + 30), "paid_at": days(np.where(paid < history.last_day, paid, -1)),
        "amount": ((terms["seats"] + terms["add_on_seats"]) * terms["price"] * (terms["end"] - terms["start"]) / 365).round(2),
    })  # fmt: skip


TABLES = {
    "accounts": accounts,
    "contracts": contracts,
    "usage": usage,
    "tickets": tickets,
    "touches": touches,
    "invoices": invoices,
}


def written(history: History, raw: Path, mapping: Path) -> None:
    """Nothing, after writing the book's raw files and its mapping."""
    raw.mkdir(parents=True, exist_ok=True)
    mapping.mkdir(parents=True, exist_ok=True)
    for name, make in TABLES.items():
        make(history).to_csv(raw / f"{name}.csv", index=False)
        (mapping / f"{name}.sql").write_text(f"SELECT * FROM raw.{name}\n", encoding="utf-8")
    settings = {
        "description": "A world whose truth is known.", "dates": "iso", "timezone": "UTC", "last_day": str(today(history)),
        "static": ["industry"], "survey_scales": {"csat": [1, 5]}, "overlapping_terms": "add",
    }  # fmt: skip
    (mapping / "book.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
