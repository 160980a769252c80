"""How to get the same card again; which commit it was stands with the run in MLflow, since a page cannot name its own."""

from churnml.evidence.card.blocks import Cell, Grid, Section, Text
from churnml.evidence.card.source import Source


def reproduce(source: Source) -> Section:
    """Commands in words, and the seeds and digests that must agree."""
    text = (
        "The run of this card in MLflow carries the tags git_revision and dvc_revision. Check out that commit, fetch the data "
        "(dvc pull, or the raw folder) and run dvc repro card: the same inputs give the same bytes."
    )
    train, evaluate = source.settings.train, source.settings.evaluate
    rows = [
        (
            "Seed of training, of the intervals, of the drawing",
            f"{train.seed}, {evaluate.seed}, {source.settings.card.seed}",
        ),
        ("Resamples of accounts", f"{evaluate.n_bootstraps:,}"),
        ("Capacity", f"{evaluate.capacity_share:.0%} of the book"),
    ]
    if source.bundle is not None:
        rows += [
            ("Columns the model sees", f"{len(source.bundle.columns)}"),
            ("Digest of their definitions", source.bundle.fingerprint[:16]),
        ]
    return Section(
        "Reproduce", [Text(text), Grid("What must agree", ("", ""), [[Cell(a), Cell(b)] for a, b in rows])]
    )
