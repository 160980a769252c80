"""What share of the reachable signal the models find on the sample book, whose truth is known.

(AUC of the model - 0.5) / (AUC of the true probabilities - 0.5), on the backtest's test snapshots of renewals that have a date. The
true probability belongs to the day of the decision, so that a model looking 270 days ahead cannot reach it all.
"""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from churnml.paths import Paths

RESAMPLES, SEED = 200, 5


def with_truth(backtest: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The test snapshots that stand before a dated decision, with its true probability ``p_<outcome>``."""
    dated = truth[~truth["is_rolling"]].assign(renewal=lambda frame: pd.to_datetime(frame["renewal_date"]))
    keys = ["account_id", "renewal"]
    return backtest.merge(
        dated[[*keys, "p_churn", "p_contraction", "p_expansion"]],
        on=keys,
        how="inner",
        validate="many_to_one",
    )


def share_found(rows: pd.DataFrame, outcome: str, model: str = "lightgbm_bag") -> float:
    """The share of the reachable signal, for one outcome and model."""
    y_true = rows["is_outcome"].astype(bool)
    return float(
        (roc_auc_score(y_true, rows[f"log_odds_{model}"]) - 0.5)
        / (roc_auc_score(y_true, rows[f"p_{outcome}"]) - 0.5)
    )


def interval(rows: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """The 90 % bootstrap interval of the share, over accounts."""
    rng = np.random.default_rng(SEED)
    places = rows.groupby("account_id").indices
    accounts = list(places)
    shares = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(accounts), len(accounts))
        shares.append(share_found(rows.iloc[np.concatenate([places[accounts[i]] for i in drawn])], outcome))
    return float(np.quantile(shares, 0.05)), float(np.quantile(shares, 0.95))


def main() -> None:
    """Prints the share for each outcome, in all and by lead."""
    places = Paths.here()
    backtest = pd.read_parquet(places.path("train", "backtest"))
    truth = pd.read_parquet(places.path("sample", "truth"))
    for outcome, predictions in backtest.groupby("outcome"):
        rows = with_truth(predictions, truth)
        low, high = interval(rows, str(outcome))
        y_true = rows["is_outcome"].astype(bool)
        print(f"{outcome}: share of the reachable signal {share_found(rows, str(outcome)):.3f} (90 % interval {low:.3f} to {high:.3f}); "
              f"model AUC {roc_auc_score(y_true, rows['log_odds_lightgbm_bag']):.3f}, true AUC {roc_auc_score(y_true, rows[f'p_{outcome}']):.3f}, "
              f"{len(rows)} of {len(predictions)} test snapshots stand before a dated decision")  # fmt: skip
        by_lead = [
            f"{lead} d {share_found(part, str(outcome)):.3f}" for lead, part in rows.groupby("lead_days")
        ]
        print(f"  by lead: {', '.join(by_lead)}")


if __name__ == "__main__":
    main()
