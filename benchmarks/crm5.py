"""The sweep beside its SQL definition on real-shaped events: ``python -m benchmarks.crm5 --tables FOLDER``.

Every snapshot of the book's history, all its usage measures; prints the columns that differ and the CPU seconds each engine took.
FOLDER holds ingested tables (``dvc repro ingest`` with the book crm5 in use).
"""

import argparse
import time
from pathlib import Path

import numpy as np

from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.paths import Paths


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, required=True)
    tables = Tables(parser.parse_args().tables)
    params, _ = Paths.here().of(tables.book, Path()).settings("snapshot")
    snapshots = history(tables, params.revenue, params.snapshots)
    features = [feature for feature in available(tables) if feature.measure]
    build(tables, snapshots.head(1), features)  # compiled before the clock starts
    verdicts, took = {}, {}
    for engine in ("sweep", "sql"):
        start = time.process_time()
        verdicts[engine] = build(tables, snapshots, features, engine)
        took[engine] = time.process_time() - start
    different = [
        feature.column
        for feature in features
        if not np.allclose(
            verdicts["sweep"][feature.column],
            verdicts["sql"][feature.column],
            rtol=1e-9,
            atol=1e-9,
            equal_nan=True,
        )
    ]
    print(
        f"{tables.book}: {len(snapshots):,} snapshots, {len(features)} measures, "
        f"{'equal within 1e-9' if not different else 'DIFFERENT: ' + ', '.join(different)}; "
        f"sweep {took['sweep']:.2f} CPU s, SQL {took['sql']:.1f} CPU s ({took['sql'] / took['sweep']:.0f} times)"
    )


if __name__ == "__main__":
    main()
