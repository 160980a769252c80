"""Size is not health: how closely each concept follows the account's ARR, and which of its columns does not.

A concept that grows with the account needs a *twin*: a column beside seats, dollars or the account's own past. A column is one by its
unit (``share``, ``ratio``, ``per ...``), as the catalogue declares it; nothing else is asked of it.
"""

import math
from collections.abc import Sequence

import pandas as pd

from churnml.features.spec import Feature

ARR = "arr_usd"
COLUMNS = ["concept", "column", "correlation", "twin", "twin_correlation"]
LIMIT = 0.5  # a rank correlation above this is mere size


def is_size_free(feature: Feature) -> bool:
    """Whether a column tells an amount beside seats, dollars or the account's own past.

    >>> is_size_free(Feature(name="f", source="tickets", concept="c", unit="per 100 seats", phrase="{value}", no_rows=0.0))
    True
    """
    return feature.unit in {"share", "ratio"} or feature.unit.startswith("per ")


def size_bias(built: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """One row a concept, the largest first: how closely it follows ARR, and the twin that does so least.

    ``built`` is what ``build`` gave for ``features``, ``arr_usd`` among them. Columns ``concept``; ``column`` and ``correlation``, its
    model column with the largest absolute Spearman correlation against ARR; ``twin`` and ``twin_correlation``, None and NaN without one.
    The concept of ARR itself is left out, categories as well, and a column that never varies, which follows nothing and shows no health.
    """
    own = next(feature.concept for feature in features if feature.column == ARR)
    inputs = [f for f in features if f.is_input and not f.is_category and f.concept != own]
    found = {f.column: _spearman(built[f.column], built[ARR]) for f in inputs}
    judged = [f for f in inputs if not math.isnan(found[f.column])]
    rows = []
    for concept in dict.fromkeys(f.concept for f in judged):
        members = [f for f in judged if f.concept == concept]
        worst = max(members, key=lambda f: abs(found[f.column]))
        twins = [f for f in members if is_size_free(f) and f is not worst]
        twin = min(twins, key=lambda f: abs(found[f.column]), default=None)
        rows.append(
            {
                "concept": concept,
                "column": worst.column,
                "correlation": found[worst.column],
                "twin": twin.column if twin else None,
                "twin_correlation": found[twin.column] if twin else float("nan"),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(
        "correlation", key=abs, ascending=False, kind="stable", ignore_index=True
    )


def too_large(bias: pd.DataFrame, limit: float) -> list[str]:
    """The concepts whose correlation with ARR is above a limit, either way, and which have no twin below it."""
    is_over = bias["correlation"].abs() > limit
    is_met = bias["twin_correlation"].abs() <= limit  # False without a twin
    return bias.loc[is_over & ~is_met, "concept"].tolist()


def size_report(built: pd.DataFrame, features: Sequence[Feature]) -> str:
    """The table of ``size_bias`` as lines of text, and what is to be done about each concept that is mere size."""
    bias = size_bias(built, features)
    lines = [f"{'concept':<26}{'column nearest to ARR':<42}{'rho':>6}  {'size-free twin':<38}{'rho':>6}"]
    for row in bias.to_dict(orient="records"):
        twin = f"{row['twin']:<38}{row['twin_correlation']:>6.2f}" if row["twin"] else "-"
        lines.append(f"{row['concept']:<26}{row['column']:<42}{row['correlation']:>6.2f}  {twin}".rstrip())
    bad = too_large(bias, LIMIT)
    lines.append(
        f"{len(bias)} concepts, {int((bias['correlation'].abs() > LIMIT).sum())} above {LIMIT} against ARR, {len(bad)} of them without a twin"
    )
    lines += [
        f"{concept}: add a column per seat, per dollar or against the account's own past" for concept in bad
    ]
    return "\n".join(lines)


def _spearman(values: pd.Series, arr: pd.Series) -> float:
    known = values.notna() & arr.notna()
    one, two = values[known].rank(), arr[known].rank()
    if one.nunique() < 2 or two.nunique() < 2:
        return math.nan
    return float(one.corr(two))
