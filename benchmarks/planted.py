"""Whether the reasons name what the sample book planted: ``python -m benchmarks.planted``.

The world is told again from its seed, the year after the book's last day included, so that each account of the newest list is set
beside its own next decision. Two shares: of the riskiest tenth, the accounts whose strongest driver at that decision is among the
first three reasons; and of those whose decline was planted as silent (deep at the decision, no complaint), the accounts of which a
reason says that use fell and nobody spoke. ``CONCEPTS`` says which concept names a driver, written before the figures were looked at
for the concepts it adds and never by account.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.truth import simulate
from churnml.listing.columns import read_list
from churnml.params.book import Sample
from churnml.paths import Paths, newest

CONCEPTS: Mapping[str, frozenset[str]] = {
    "adoption": frozenset({"adoption", "feature breadth", "stickiness", "depth of use", "usage rhythm"}),
    "decline": frozenset({"usage trend", "usage gaps"}),
    "onboarding": frozenset({"onboarding", "milestone timing"}),
    "champion": frozenset({"people lost", "few hands"}),
    "support": frozenset({"support speed", "open tickets", "support satisfaction", "urgent tickets"}),
    "sentiment": frozenset({"NPS", "tone", "satisfaction surveys", "support satisfaction"}),
    "payment": frozenset({"payment delays", "overdue invoices"}),
    "price": frozenset({"price"}),
    "tenure": frozenset({"tenure"}),
    "voice": frozenset({"ticket topics", "urgent tickets"}),
}
TOP, FIRST = 0.1, 3


def decisions(sample: Sample) -> pd.DataFrame:
    """Every dated decision of the world, after the book's last day too: what drove it most, and whether its decline was silent
    (deep at the decision, no complaint), and had begun by the book's last day.
    """
    story = simulate(sample)
    made = story.history.decisions
    beyond = made.drives - made.drives.mean(axis=0)
    today = int(story.calendar.month_of(np.array(story.calendar.last_day - 1)))
    decided = pd.DataFrame(
        {
            "account_id": story.ids(made.account),
            "renewal": made.renewal.astype("M8[D]").astype("M8[ns]"),
            "strongest_driver": np.array(list(constants.CHURN))[beyond.argmax(axis=1)],
            "is_silent": (made.decline > 0.5) & ~made.has_complained,
            "has_begun": story.states.decline[made.account, today] > 0.5,
        }
    )
    return decided[~story.founders.is_rolling[made.account]]


def named(listed: pd.DataFrame) -> pd.Series:
    """Whether each account's driver is among its first reasons; ``listed`` has the list's reasons and ``strongest_driver``."""
    concepts = listed[[f"reason_{place}_concept" for place in range(1, FIRST + 1)]].to_numpy()
    pairs = zip(listed["strongest_driver"], concepts, strict=True)
    return pd.Series([bool(CONCEPTS[driver] & set(reasons)) for driver, reasons in pairs], index=listed.index)


def with_truth(listed: pd.DataFrame, sample: Sample) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The accounts of the list that stand before a dated decision, with its truth; the riskiest tenth of the list, then all."""
    truth = decisions(sample)
    truth["renewal"] = truth["renewal"].astype(listed["renewal"].dtype)
    top = set(listed.nlargest(round(TOP * len(listed)), "churn_probability")["account_id"])
    every = listed.merge(truth, on=["account_id", "renewal"], how="inner", validate="one_to_one")
    return every[every["account_id"].isin(top)], every


def main() -> None:
    """Prints the shares, in all and by driver."""
    places = Paths.here()
    params, _ = places.settings("score")
    listed, header = read_list(newest(places.path("score", "lists")))
    top, every = with_truth(listed, params.sample)
    hit = named(top)
    print(f"list of {header.as_of}: of the riskiest tenth {len(top)} stand before a dated decision; "
          f"the strongest driver is among the first {FIRST} reasons of {hit.mean():.3f}")  # fmt: skip
    for driver, rows in hit.groupby(top["strongest_driver"]):
        print(f"  {driver}: {int(rows.sum())} of {len(rows)}")
    parts = {
        "all accounts": every,
        "begun by the day of the list": every[every["has_begun"]],
        "the riskiest tenth": top,
    }
    for title, rows in parts.items():
        quiet = rows[rows["is_silent"]]
        print(f"silent decline, {title}: named in {quiet['is_silent_decline'].mean():.3f} of {len(quiet)}; "
              f"where none was planted in {rows.loc[~rows['is_silent'], 'is_silent_decline'].mean():.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
