"""What the two health scores would have caught on the folds of the sample book: ``python -m benchmarks.health``.

The share of the ARR that left among the tenth that a team can call, for the rules and for the fitted score, and the paired
difference with its interval over resampled accounts. Needs the backtest of the book in use (``dvc repro train``); the block
``health`` of docs/performance.md is written.
"""

from benchmarks.report import put, table
from churnml.learn.health.health_scores import capture, disagreement
from churnml.paths import Paths, read_built
from churnml.results.interval import Interval

WAYS = {
    "by_expected_loss": "most to lose first (chance x ARR)",
    "by_health": "least healthy first",
}


def main() -> None:
    """Prints the table and puts it into the page."""
    places = Paths.here()
    params, _ = places.settings("weigh")
    predictions = read_built(places.path("weigh", "backtest"))
    churn = predictions[predictions["outcome"] == "churn"].reset_index(drop=True)
    captured = capture(churn, params.evaluate)
    rows = [
        (words, _share(way.rules), _share(way.health_fitted), _points(way.difference))
        for words, way in ((words, getattr(captured, name)) for name, words in WAYS.items())
    ]
    past = disagreement(churn, params.evaluate, params.health.judged_lead_days)
    text = (
        f"{len(churn):,} looks of {churn['account_id'].nunique():,} accounts in {churn['cutoff'].nunique()} folds, out of fold; "
        f"the first {params.evaluate.capacity_share:.0%} of each fold are called; {params.evaluate.confidence:.0%} intervals over "
        f"accounts. Of {past.renewals:,} renewals {past.groups['rules_only'].renewals:,} were flagged by the rules only "
        f"and as many by the fitted score only: it was right {_points(past.difference)} points more often."
    )
    heading = ("Called", "Rules", "Fitted", "Fitted less rules, points")
    put("health", f"{text}\n\n{table(heading, rows)}")


def _share(figure: Interval) -> str:
    value, low, high = map(_percent, (figure.value, figure.low, figure.high))
    return f"{value} % ({low} to {high})"


def _points(figure: Interval) -> str:
    value, low, high = (_percent(end, "+") for end in (figure.value, figure.low, figure.high))
    return f"{value} ({low} to {high})"


def _percent(share: float | None, sign: str = "") -> str:
    return "–" if share is None else f"{100 * share:{sign}.1f}"


if __name__ == "__main__":
    main()
