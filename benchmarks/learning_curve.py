"""How well each model predicts from how many ripe renewals: ``python -m benchmarks.learning_curve``.

Accounts of the book in use are drawn until they hold so many renewals ripe a year before its end; every candidate is
fitted on them and predicts the year that follows, of all accounts. ``chosen`` is what the product would have used: the
candidate that ``choose`` takes after a backtest within the drawn accounts, or the rules where that is refused for want of
renewals. Log loss is of the raw margins. Needs the stages up to ``label``; takes about four minutes of one core.
"""

import argparse
from collections import defaultdict
from datetime import date

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

from benchmarks.cut_book import book_in_use, cut
from churnml.errors import NotEnoughError
from churnml.learn.dataset import Dataset
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.learn.selection.model_selection import choose
from churnml.learn.training.backtest import backtest, competing
from churnml.params.root import Params
from churnml.paths import Paths
from churnml.timeline import add_months

SIZES = {100: 6, 150: 6, 200: 6, 300: 6, 500: 4, 1000: 3, 2000: 2}
CHOSEN = "chosen"
Figures = dict[str, tuple[float, float]]


def figures(known: Dataset, later: Dataset, outcome: str, params: Params) -> Figures:
    """ROC-AUC and log loss of each candidate on the later rows."""
    training, comes = Training.of(known, outcome), later.is_outcome(outcome)
    by_model = {}
    for name in competing(params.train, outcome):
        log_odds = model_class(name).fit(training, params.train, params.health, outcome).log_odds(later.rows)
        by_model[name] = (float(roc_auc_score(comes, log_odds)), float(log_loss(comes, sigmoid(log_odds))))
    return by_model


def chosen(book: Dataset, outcome: str, params: Params, cutoff: date) -> str:
    """The candidate the product would have used on the day, of this book."""
    try:
        if lacking := book.ripe(cutoff).lacking(outcome, params.train.backtest):
            raise lacking
        predictions = backtest(book, outcome, params.train, params.health, cutoff)
    except NotEnoughError:
        return "rules"
    return str(choose(predictions, competing(params.train, outcome), params.evaluate).chosen)


def row(size: str, draws: list[Figures], taken: list[str]) -> str:
    """One line of the table: the mean over draws, and their spread."""
    cells = [size]
    for name in draws[0]:
        order, loss = (np.array([draw[name][place] for draw in draws]) for place in (0, 1))
        cells.append(f"{order.mean():.3f} ± {order.std():.3f}, {loss.mean():.3f}")
    often = {name: taken.count(name) for name in dict.fromkeys(taken)}
    cells.append(", ".join(f"{name} {count}" for name, count in often.items()))
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Prints one Markdown table an outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outcome", default="churn")
    outcome = parser.parse_args().outcome
    places = Paths.here()
    params, _ = places.settings("train")
    params = params.model_copy(update={"train": params.train.model_copy(update={"n_jobs": 1})})
    book, last_day = book_in_use(places)
    cutoff = add_months(last_day, -12)
    later = book.between(cutoff, last_day).ripe(last_day)
    every = book.ripe(cutoff)
    names = [*competing(params.train, outcome), CHOSEN]
    print(f"| ripe renewals | {' | '.join(names)} | taken |\n|{'---|' * (len(names) + 2)}", flush=True)
    for size, draws in (SIZES | {every.renewals(): 1}).items():
        rows, taken = [], defaultdict(list)
        for seed in range(draws):
            drawn = book if size >= every.renewals() else cut(book, size, cutoff, seed)
            measured = figures(drawn.ripe(cutoff), later, outcome, params)
            taken[size].append(chosen(drawn, outcome, params, cutoff))
            rows.append(measured | {CHOSEN: measured[taken[size][-1]]})
        print(row(str(size), rows, taken[size]), flush=True)


if __name__ == "__main__":
    main()
