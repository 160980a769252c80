"""What ranking by dollars catches that ranking by chance does not: ``python -m benchmarks.dollar_ranking``.

On the backtest's test folds, out of fold: of the ARR that left, the share held by the first tenth of each fold, once called by
expected loss (chance x ARR) and once by the chance alone, and the paired difference over resampled accounts. The same in accounts
that left, where the chance must win. Needs the backtest of the book in use (``dvc repro train``).
"""

import pandas as pd

from churnml.learn.health.health_scores import Interval, interval
from churnml.learn.metrics.bootstrap import account_weights, captured, over_folds
from churnml.params.evaluate import Evaluate
from churnml.paths import Paths, read_built


def caught(rows: pd.DataFrame, model: str, settings: Evaluate) -> dict[str, dict[str, Interval]]:
    """The share caught, in dollars and in accounts: by expected loss, by chance, and the first less the second."""
    folds = pd.factorize(rows["cutoff"], sort=True)[0]
    weights = account_weights(rows["account_id"].to_numpy(dtype=object), settings.n_bootstraps, settings.seed)
    arr = rows["arr_usd"].fillna(0.0).to_numpy(dtype=float)
    y_true, chance = (rows[name].to_numpy(dtype=float) for name in ("is_outcome", f"probability_{model}"))
    shares = {}
    for unit, value in {"ARR": y_true * arr, "accounts": y_true}.items():
        ways = {
            way: over_folds(captured(settings.capacity_share), folds, score, value, weights)
            for way, score in {"expected loss": chance * arr, "chance": chance}.items()
        }
        ways["difference"] = ways["expected loss"] - ways["chance"]
        shares[unit] = {way: interval(values, settings.confidence) for way, values in ways.items()}
    return shares


def main() -> None:
    """Prints the shares and their paired difference."""
    places = Paths.here()
    params, _ = places.settings("evaluate")
    predictions = read_built(places.path("train", "backtest"))
    churn = predictions[predictions["outcome"] == "churn"].reset_index(drop=True)
    print(f"{len(churn):,} looks of {churn['account_id'].nunique():,} accounts in {churn['cutoff'].nunique()} folds, "
          f"the first {params.evaluate.capacity_share:.0%} of each fold called, {params.evaluate.confidence:.0%} intervals")  # fmt: skip
    for unit, ways in caught(churn, "lightgbm_bag", params.evaluate).items():
        cells = [
            f"{way} {figure['value']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"
            if way == "difference"
            else f"by {way} {figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
            for way, figure in ways.items()
        ]
        print(f"{unit} that left, caught: {', '.join(cells)}")


if __name__ == "__main__":
    main()
