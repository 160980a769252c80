"""Lines of the growth lists while they are made: one an account, in order, with what, why and when."""

import pandas as pd

LINE = ["what", "why", "when"]


def lines(live: pd.DataFrame, what: pd.Series, why: pd.Series, when: pd.Series) -> pd.DataFrame:
    """One line for each account of ``what``, in its order: LINE by account id. Accounts that are not live have none."""
    told = pd.DataFrame({"what": what, "why": why.reindex(what.index), "when": when.reindex(what.index)})
    return told[told.index.isin(live.index)].rename_axis("account_id")


def joined(parts: list[pd.Series], by: str = ", ") -> pd.Series:
    """The texts of several columns side by side, empty ones left out."""
    texts = pd.concat(parts, axis=1).fillna("")
    found = [by.join(filter(None, row)) for row in texts.itertuples(index=False)]
    return pd.Series(found, index=texts.index, dtype=object)
