"""Whether a change's parts sum, how large each is, and how often bands flip: six monthly lists, each by a model fitted that month."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from churnml.data.tables import Tables
from churnml.features.catalog import available
from churnml.history.changes_file import read_changes
from churnml.history.list_facts import read_facts
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.dataset import Dataset
from churnml.learn.training.train import bundle_of
from churnml.listing.columns import PARTS, read_list
from churnml.listing.list_settings import ListSettings
from churnml.listing.status import RUNGS
from churnml.params.root import Params
from churnml.paths import Paths
from churnml.publish.score import score_book
from churnml.timeline import add_months

MONTHS = 6


def fitted(places: Paths, data: Dataset, day: date) -> Bundle:
    """The churn model that a day could have had: fitted on what was ripe by then, calibrated on what was known of the backtest."""
    train = places.settings("train")[0]
    backtest = pd.read_parquet(places.path("train", "backtest"))
    known = backtest[(backtest["outcome"] == "churn") & (backtest["ripe_on"] < pd.Timestamp(day))]
    return bundle_of("lightgbm_bag", data.ripe(day), "churn", train.train, train.health, known, day)


def publish(places: Paths, params: Params, bundle: Bundle, champion: Path, lists: Path, day: date) -> Path:
    """The list of a day in a folder of its own, by that day's churn model; growth is left to the rules."""
    verdicts = json.loads((places.path("score", "champion") / "verdicts.json").read_text(encoding="utf-8"))
    verdicts["expansion"] |= {"is_proven": False}
    champion.mkdir(exist_ok=True)
    (champion / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
    bundle.save(champion / "churn")
    tables, daily = places.path("score", "tables"), places.path("score", "daily")
    settings = ListSettings.of(params)
    score = params.score.model_copy(update={"look_back_days": 0})
    return score_book(tables, champion, lists, replace(settings, score=score), day, daily)


def flips(lists: list[Path], column: str) -> tuple[int, int]:
    """How often an account's band differs from the list before, and of how many, facts left out."""
    bands = pd.concat({path.name: read_facts(path).rows[column].map(RUNGS) for path in lists}, axis=1)
    both = bands.notna() & bands.shift(axis=1).notna()
    return int((bands.ne(bands.shift(axis=1)) & both).to_numpy().sum()), int(both.to_numpy().sum())


def main() -> None:
    """Prints the largest gap between a change and its parts, the parts' sizes, band flips, and the track record."""
    places = Paths.here()
    params, _ = places.settings("score")
    tables = Tables(places.path("ingest", "tables"))
    data = Dataset.join(
        pd.read_parquet(places.path("featurize", "out")),
        pd.read_parquet(places.path("label", "outcomes")),
        available(tables),
    )
    days = [add_months(tables.last_day, -month) for month in reversed(range(MONTHS))]
    with TemporaryDirectory() as folder:
        lists = [
            publish(
                places,
                params,
                fitted(places, data, day),
                Path(folder, "champion"),
                Path(folder, "lists"),
                day,
            )
            for day in days
        ]
        listed = pd.concat([read_list(path)[0] for path in lists[1:]], ignore_index=True)
        judged = listed[listed["change"].notna()]
        parts = judged[[f"change_{part}" for part in PARTS]]
        gap = (parts.sum(axis=1) - judged["change"]).abs().max()
        sums = [abs(_gap(path)) for path in lists[1:]]
        print(
            f"{len(judged):,} changes over {MONTHS} monthly lists ({days[0]} to {days[-1]}), a refit each month"
        )
        print(f"largest |sum of parts - change|: {gap:.1e}; of the book in dollars: {max(sums):.1e}")
        sizes = (100 * parts).abs().mean()
        mean_sizes = ", ".join(f"{part} {sizes[f'change_{part}']:.2f}" for part in PARTS)
        print(f"mean absolute size in points: {mean_sizes}; change {100 * judged['change'].abs().mean():.2f}")
        for column, words in (("band_reading", "without memory"), ("band", "with two readings")):
            flipped, of = flips(lists, column)
            print(f"band flips {words}: {flipped:,} of {of:,} ({flipped / of:.1%})")
        _, record = read_changes(lists[-1], read_list(lists[-1])[0])
        print(*(record.lines if record else []), sep="\n")


def _gap(path: Path) -> float:
    """The closing less the opening and what moved it."""
    changes, _ = read_changes(path, read_list(path)[0])
    usd = changes.dollars["usd"] if changes else pd.Series([0.0, 0.0])
    return float(usd.iloc[-1] - usd.iloc[:-1].sum())


if __name__ == "__main__":
    main()
