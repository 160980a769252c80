"""What customers say when asked, by quarter: NPS, CSAT and CES.

NPS after Reichheld, *The One Number You Need to Grow*, 2003; CSAT as the share satisfied; CES after Dixon, Freeman and Toman,
*Stop Trying to Delight Your Customers*, 2010, as the mean in the scale asked. Answers count in the quarter they were given;
where respondents are known, each one's last answer of the quarter does.
"""

import pandas as pd

from churnml.data.kpis.retention import quarters_back
from churnml.data.tables import Tables
from churnml.params.kpis import Kpis

NAN = float("nan")
PROMOTES, DETRACTS, NPS_MOST = 9, 6, 10


def nps(scores: pd.Series) -> float:
    """The Net Promoter Score, -100 to 100: percent of answers from 9 less percent up to 6; NaN without an answer from 0 to 10.

    >>> nps(pd.Series([10, 9, 8, 3]))
    25.0
    """
    valid = scores[scores.between(0, NPS_MOST)]
    return float(100 * ((valid >= PROMOTES).mean() - (valid <= DETRACTS).mean())) if len(valid) else NAN


def csat(scores: pd.Series, satisfied_from: float, most: float) -> float:
    """The share of satisfied answers; NaN without an answer, or where one lies beyond the scale and so shows another.

    >>> csat(pd.Series([5, 4, 3, 1]), satisfied_from=4, most=5)
    0.5
    """
    return float((scores >= satisfied_from).mean()) if len(scores) and scores.max() <= most else NAN


def ces(scores: pd.Series) -> float:
    """The mean effort answer in the scale asked; NaN without an answer.

    >>> ces(pd.Series([5, 7]))
    6.0
    """
    return float(scores.mean()) if len(scores) else NAN


def voice(tables: Tables, settings: Kpis) -> pd.DataFrame:
    """A row a quarter: ``nps``, ``csat``, ``csat_tickets``, ``ces`` and how many answers each rests on (``nps_answers`` ...).

    A book without surveys, or without ratings on its tickets, has no answers: the figure is NaN.
    """
    said = _answers(tables)
    rows = []
    for opening, closing in quarters_back(tables.last_day, settings.n_quarters):
        here = said[
            (said["answered_at"] >= pd.Timestamp(opening)) & (said["answered_at"] < pd.Timestamp(closing))
        ]
        scores = {
            kind: here.loc[here["kind"] == kind, "score"] for kind in ("nps", "csat", "csat_tickets", "ces")
        }
        scores["nps"] = scores["nps"][scores["nps"].between(0, NPS_MOST)]  # so that none is among its answers
        scale = settings.min_satisfied_csat, settings.max_csat
        rows.append({
            "closes_on": closing.isoformat(), "nps": nps(scores["nps"]), "csat": csat(scores["csat"], *scale),
            "csat_tickets": csat(scores["csat_tickets"], *scale), "ces": ces(scores["ces"]),
            **{f"{kind}_answers": len(found) for kind, found in scores.items()},
        })  # fmt: skip
    return pd.DataFrame(rows)


def _answers(tables: Tables) -> pd.DataFrame:
    """Every answer: kind, answered_at, score; of a known respondent, the last of each quarter counted back from the last day."""
    con, parts = (
        tables.connect(),
        ["SELECT NULL::VARCHAR AS kind, NULL AS who, NULL::TIMESTAMP AS answered_at, NULL::DOUBLE AS score"],
    )
    if tables.has("surveys"):
        parts.append("""SELECT lower(kind), account_id || '/' || respondent_id, CAST(answered_at AS TIMESTAMP), score
            FROM surveys WHERE answered_at IS NOT NULL AND score IS NOT NULL""")
    if tables.has("tickets"):  # a rating belongs to its ticket: each one counts
        parts.append(
            "SELECT 'csat_tickets', NULL, CAST(csat_at AS TIMESTAMP), csat FROM tickets WHERE csat_at IS NOT NULL AND csat IS NOT NULL"
        )
    con.execute(f"CREATE TABLE answers AS {' UNION ALL '.join(parts)}")
    return con.execute(f"""SELECT kind, answered_at, score FROM answers WHERE kind IS NOT NULL
        QUALIFY who IS NULL OR row_number() OVER (PARTITION BY kind, who, {_quarter(tables)} ORDER BY answered_at DESC, score DESC) = 1
        ORDER BY kind, answered_at, score""").df()


def _quarter(tables: Tables) -> str:
    """SQL for the number of whole quarters from an answer to the last day."""
    return f"datesub('month', answered_at, TIMESTAMP '{tables.last_day}' - INTERVAL 1 MICROSECOND) // 3"
