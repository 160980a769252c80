"""What each account said last when asked whether it would recommend the product."""

import pandas as pd

from churnml.data.kpis.survey_scores import NPS_MOST
from churnml.listing.growth.known_tables import KnownTables, no_rows


def latest_nps(tables: KnownTables, within_days: int) -> pd.DataFrame:
    """The newest NPS answer of the last ``within_days``: ``nps`` and ``answered_on``, by account id.

    Of answers given at once the lowest counts: nobody is called a promoter by halves. A score off the scale is none.
    """
    if not tables.gives("surveys", "answered_at", "score"):
        return no_rows(account_id="object", nps="float64", answered_on="datetime64[us]").set_index(
            "account_id"
        )
    answers = tables.ask(f"""
        SELECT account_id, CAST(score AS DOUBLE) AS nps, answered_at AS answered_on FROM {tables.known("surveys")}
        WHERE lower(kind) = 'nps' AND score BETWEEN 0 AND {NPS_MOST} AND answered_at >= as_of - INTERVAL {within_days} DAY
        QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY answered_at DESC, score) = 1
        ORDER BY account_id""")
    return answers.set_index("account_id")
