"""The only package that knows MLflow: it mirrors runs, registers what the gate proved, and fetches the champions' bundles.

DVC owns lineage; MLflow shows runs side by side and holds the registry. Nothing here loads a model by running code from the store:
a registered model is an ``MLmodel`` file with a signature beside a churnml bundle, and scoring reads the bundle alone.
"""

import os

# Set before the import: MLflow would otherwise report usage, and draw progress bars into logs.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

from churnml.tracking.registry import register as register_book
from churnml.tracking.runs import Evidence, revision
from churnml.tracking.store import open_store

__all__ = ["Evidence", "open_store", "register_book", "revision"]
