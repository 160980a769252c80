"""Stage sample: the truth-known sample book, as raw files, and its truth beside them."""

from pathlib import Path

from churnml.data.sample import write_sample
from churnml.params.book import Sample
from pipelines.stage import run


def sample(sample: Sample, raw: Path, truth: Path) -> None:
    """Writes the sample book's raw folder and, where no other stage looks, its truth."""
    write_sample(sample, raw, truth)


if __name__ == "__main__":
    run(sample)
