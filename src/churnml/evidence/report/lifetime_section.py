"""The survival model as Markdown: which method was used and why, how it ties to the churn model, whether its chances came true."""

from churnml.results.lifetime import Gap, LifetimeEvidence, Tied
from churnml.results.stored import NotEnough
from churnml.text.markdown import percent, safe, table

METHODS = {"cox": "Cox", "weibull_aft": "Weibull", "kaplan_meier": "Kaplan-Meier"}
CHANCES = {
    "at_renewal": "at the renewal", "within_90d": "within 90 days", "within_180d": "within 180 days",
    "within_365d": "within 365 days",
}  # fmt: skip


def lifetime_told(found: LifetimeEvidence | NotEnough, model: str | None) -> str:
    """The section on how long accounts stay; ``model`` is the churn model that the verdict judged."""
    title = "## How long accounts stay"
    if isinstance(found, NotEnough):
        return f"{title}\n\nNo survival curve can be drawn: {safe(found.reason)}."
    said = [title, _method(found)]
    if model and found.models and model in found.models:
        said += [_tie(found.models[model].disagreement, model), _chances(found.models[model])]
    return "\n\n".join(said)


def _method(found: LifetimeEvidence) -> str:
    """Which method, why, and its rivals over the folds."""
    columns = ", ".join(f"`{column}`" for column in found.covariates)
    used = f"Used: **{METHODS[found.method]}** ({safe(found.why)})" + (f", by {columns}." if columns else ".")
    contenders = "; ".join(
        f"{METHODS[name]} concordance {_figure(each.concordance)}, integrated Brier score {_figure(each.integrated_brier)}"
        for name, each in found.methods.items()
    )
    return f"{used} Out of time: {contenders}." if contenders else used


def _tie(gap: Gap, model: str) -> str:
    return (
        f"Its curve is tied to the chance to leave at the renewal by {safe(model)}. Before, the two differed by "
        f"{percent(gap.mean_difference)} on average, by more than 10 points on {percent(gap.share_beyond_10_points)} "
        f"of the snapshots (rank correlation {_figure(gap.rank_correlation)})."
    )


def _chances(tied: Tied) -> str:
    """Predicted and observed, for each chance that has test snapshots old enough."""
    rows = [
        (
            words, f"{whole.renewals:,}", percent(whole.mean_probability), percent(whole.share_left),
            _figure(whole.slope), f"{_figure(whole.ece)} ({_figure(whole.ece_by_chance)})",
        )
        for chance, words in CHANCES.items()
        if (whole := getattr(tied, chance).get("all"))
    ]  # fmt: skip
    heading = ("Chance to leave", "Renewals", "Predicted", "Left", "Slope", "ECE (if right)")
    return table(heading, rows, "lrrrrr")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
