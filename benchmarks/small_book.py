"""What a company with few ripe renewals is told: ``python -m benchmarks.small_book``.

Whole accounts of the book in use are drawn until they hold 150 ripe renewals (three draws), then 40; the pipeline's own functions learn,
evaluate and judge them. Where there is no proven signal the rules list is written, as the score stage writes it, and its head
and first accounts are printed. Needs the stages up to ``label``; takes about two minutes of one core.
"""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.cut_book import book_in_use, cut
from churnml.learn.dataset import Dataset
from churnml.learn.selection.model_selection import evaluate_all
from churnml.learn.selection.promotion import judge_all
from churnml.learn.training.train import learn_all
from churnml.listing.list_settings import ListSettings
from churnml.params.root import Params
from churnml.paths import Paths
from churnml.publish.score import score_book
from churnml.results.stored import write_json
from churnml.results.verdict import Verdict

DRAWS, SHOWN = ((150, 1), (150, 2), (150, 3), (40, 1)), 5
COLUMNS = ["rank", "account_id", "health_rules", "reason_1"]


def verdicts(book: Dataset, params: Params, last_day: Any, folder: Path) -> dict[str, Verdict]:
    """The verdict on each outcome of a book, its bundles left in the folder."""
    predictions = learn_all(book, params.train, params.health, last_day, folder / "bundles")
    return judge_all(evaluate_all(predictions, params.evaluate), params.gate)


def rules_list(places: Paths, params: Params, judged: dict[str, Verdict], folder: Path) -> Path:
    """The folder of the list that the score stage writes where nothing is proven."""
    champion = folder / "champion"
    champion.mkdir()
    write_json(judged, champion / "verdicts.json")
    return score_book(
        places.path("ingest", "tables"), champion, folder / "lists", ListSettings.of(params), "latest",
    )  # fmt: skip


def main() -> None:
    """Prints the verdicts at each size, and the list of the accounts at the smallest."""
    places = Paths.here()
    params, _ = places.settings("train")
    book, last_day = book_in_use(places)
    for size, seed in DRAWS:
        small = cut(book, size, last_day, seed)
        with tempfile.TemporaryDirectory() as name:
            judged = verdicts(small, params, last_day, Path(name))
            print(f"\n{small.ripe(last_day).renewals()} ripe renewals")
            for outcome, verdict in judged.items():
                print(f"  {outcome}: {verdict.sentence}")
            if size == min(DRAWS)[0] and not any(verdict.is_proven for verdict in judged.values()):
                published = rules_list(places, params, judged, Path(name))
                head = (published / "risk_list.csv").read_text(encoding="utf-8").splitlines()[0]
                listed = pd.read_parquet(published / "risk_list.parquet")
                mine = listed[listed["account_id"].isin(set(small.accounts))].sort_values("rank")
                print(f"  list: {head}\n{mine[COLUMNS].head(SHOWN).to_string(index=False)}")


if __name__ == "__main__":
    main()
