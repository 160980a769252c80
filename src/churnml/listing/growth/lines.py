"""Lines of the growth lists while they are made: one an account, in order, with what, why and when."""

from collections.abc import Callable

import pandas as pd


def lines(live: pd.DataFrame, what: pd.Series, why: pd.Series, when: pd.Series) -> pd.DataFrame:
    """One line for each account of ``what``, in its order: ``what``, ``why`` and ``when`` by account id. Accounts that are not live have none."""
    growth_lines = pd.DataFrame(
        {"what": what, "why": why.reindex(what.index), "when": when.reindex(what.index)}
    )
    return growth_lines[growth_lines.index.isin(live.index)].rename_axis("account_id")


def joined(columns: list[pd.Series], by: str = ", ") -> pd.Series:
    """The texts of several columns side by side, empty ones left out."""
    texts = pd.concat(columns, axis=1).fillna("")
    joined_texts = [by.join(filter(None, row)) for row in texts.itertuples(index=False)]
    return pd.Series(joined_texts, index=texts.index, dtype=object)


def sentences(rows: pd.DataFrame, write: Callable[..., str]) -> pd.Series:
    """What ``write`` makes of the values of each row, by the rows' index.

    >>> sentences(pd.DataFrame({"used": [3], "paid": [26]}, index=["a1"]), "{} of {} seats".format)["a1"]
    '3 of 26 seats'
    """
    texts = [write(*row) for row in rows.itertuples(index=False, name=None)]
    return pd.Series(texts, index=rows.index, dtype=object)
