"""One Spark session and one small sample book for all tests of this folder; all skip where PySpark or Java is not there."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.data.book import read_book
from churnml.data.sample import write_sample
from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.features.spark.tables import missing
from churnml.ingest.ingest import ingest_book
from churnml.params.book import Sample
from churnml.params.root import load_params
from tests.books import LENIENT

MASTER = "local[2]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder, so that ``-m`` can choose among them."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("spark")


@pytest.fixture(scope="session")
def spark():
    """A session that shares its context with those the code under test opens."""
    if faults := missing():
        pytest.skip("; ".join(faults))
    # A short run pays for compiling, not for running: the quick compiler and few parts.
    os.environ.setdefault(
        "PYSPARK_SUBMIT_ARGS",
        "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' --conf spark.sql.shuffle.partitions=3 "
        "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.adaptive.enabled=false pyspark-shell",
    )
    from churnml.features.spark.tables import open_session

    session = open_session(MASTER)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Tables:
    """The canonical tables of a sample book of 60 accounts."""
    folder, source = tmp_path_factory.mktemp("spark"), root / "data" / "sources" / "sample"
    sample = Sample(
        seed=5, n_accounts=60, first_day=date(2022, 1, 1), last_day=date(2025, 1, 1), dirty_share=0.01
    )
    write_sample(sample, folder / "raw", folder / "truth.parquet")
    ingest_book(
        folder / "raw",
        source,
        read_book(source / "book.yaml"),
        LENIENT,
        folder / "tables",
        folder / "quarantine",
    )
    return Tables(folder / "tables")


@pytest.fixture(scope="session")
def params(root: Path):
    """The project's settings."""
    return load_params(root / "params.yaml")


@pytest.fixture(scope="session")
def snapshots(book: Tables, params) -> pd.DataFrame:
    """Every seventh snapshot of the book, not in order."""
    return (
        history(book, params.revenue, params.snapshots)
        .iloc[::7]
        .sample(frac=1, random_state=1)
        .reset_index(drop=True)
    )


@pytest.fixture(scope="session")
def local(book: Tables, snapshots: pd.DataFrame) -> pd.DataFrame:
    """What the local build gives."""
    return build(book, snapshots, available(book))


@pytest.fixture(scope="session")
def built(spark, book: Tables, snapshots: pd.DataFrame) -> Iterator["object"]:
    """What Spark's build gives, kept."""
    from churnml.features.spark.spark_build import build as on_spark
    from churnml.features.spark.tables import SparkTables

    found = on_spark(SparkTables.read_from(book, MASTER), snapshots, available(book)).cache()
    yield found
    found.unpersist()
