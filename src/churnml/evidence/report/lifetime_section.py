"""The survival model as Markdown: which method was used and why, how it ties to the churn model, whether its chances came true."""

from functools import partial

from churnml.results.lifetime import Gap, LifetimeEvidence, Tied
from churnml.results.stored import NotEnough
from churnml.text.markdown import safe, table
from churnml.text.number_format import percent, written

decimals = partial(written, write="{:.3f}".format)
METHODS = {"cox": "Cox", "weibull_aft": "Weibull", "kaplan_meier": "Kaplan-Meier"}
CHANCES = {
    "at_renewal": "at the renewal", "within_90d": "within 90 days", "within_180d": "within 180 days",
    "within_365d": "within 365 days",
}  # fmt: skip


def lifetime_section(lifetime: LifetimeEvidence | NotEnough, model: str | None) -> str:
    """The section on how long accounts stay; ``model`` is the churn model that the verdict judged."""
    title = "## How long accounts stay"
    if isinstance(lifetime, NotEnough):
        return f"{title}\n\nNo survival curve can be drawn: {safe(lifetime.reason)}."
    paragraphs = [title, _method(lifetime)]
    if model and lifetime.models and model in lifetime.models:
        paragraphs += [_tie(lifetime.models[model].disagreement, model), _chances(lifetime.models[model])]
    return "\n\n".join(paragraphs)


def _method(lifetime: LifetimeEvidence) -> str:
    columns = ", ".join(f"`{column}`" for column in lifetime.covariates)
    used = f"Used: **{METHODS[lifetime.method]}** ({safe(lifetime.why)})" + (
        f", by {columns}." if columns else "."
    )
    contenders = "; ".join(
        f"{METHODS[name]} concordance {decimals(each.concordance)}, integrated Brier score {decimals(each.integrated_brier)}"
        for name, each in lifetime.methods.items()
    )
    return f"{used} Out of time: {contenders}." if contenders else used


def _tie(gap: Gap, model: str) -> str:
    return (
        f"Its curve is tied to the chance to leave at the renewal by {safe(model)}. Before, the two differed by "
        f"{percent(gap.mean_difference)} on average, by more than 10 points on {percent(gap.share_beyond_10_points)} "
        f"of the snapshots (rank correlation {decimals(gap.rank_correlation)})."
    )


def _chances(tied: Tied) -> str:
    rows = [
        (
            words, f"{all_renewals.renewals:,}", percent(all_renewals.mean_probability), percent(all_renewals.share_left),
            decimals(all_renewals.slope), f"{decimals(all_renewals.ece)} ({decimals(all_renewals.ece_by_chance)})",
        )
        for chance, words in CHANCES.items()
        if (all_renewals := getattr(tied, chance).get("all"))
    ]  # fmt: skip
    heading = ("Chance to leave", "Renewals", "Predicted", "Left", "Slope", "ECE (if right)")
    return table(heading, rows, "lrrrrr")
