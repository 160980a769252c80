"""The run store: where it lies, how it is opened, and the experiment of a book."""

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from churnml.atomic import locked
from churnml.errors import ChurnmlError


def open_store(store: Path) -> tuple[MlflowClient, str]:
    """A client of the run store, and the store's address: ``$MLFLOW_TRACKING_URI``, or the SQLite file ``store``.

    A relative file lies under the repository's root, also while ``dvc exp run --temp`` works elsewhere. The first process to
    come creates the tables under a lock: of several that create them at once only one would survive. ChurnmlError says which
    file cannot be opened, and what to do.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    if uri:
        return MlflowClient(uri, uri), uri
    file = _rooted(store)
    uri = f"sqlite:///{file}"
    for name in ("alembic", "mlflow"):  # they tell each table they create
        logging.getLogger(name).setLevel(logging.WARNING)
    file.parent.mkdir(parents=True, exist_ok=True)
    with locked(file.parent), _plain_errors(file):
        sqlite3.connect(file).close()  # fails at once, where MLflow would try again for minutes
        client = MlflowClient(uri, uri)
        client.search_experiments(max_results=1)
    return client, uri


def experiment_of(client: MlflowClient, book: str, store: Path) -> str:
    """The id of the book's experiment, whose artifacts lie beside the store."""
    if os.environ.get("MLFLOW_TRACKING_URI"):  # a server decides by itself where artifacts lie
        experiment = client.get_experiment_by_name(book)
        return str(experiment.experiment_id if experiment else client.create_experiment(book))
    file = _rooted(store)
    with locked(file.parent):
        location = (file.parent / "mlruns" / book).as_uri()
        experiment = client.get_experiment_by_name(book)
        if experiment and experiment.artifact_location == location:
            return str(experiment.experiment_id)
        if (
            experiment
        ):  # MLflow keeps absolute places: the checkout was moved, and new runs must not go to the old
            client.rename_experiment(experiment.experiment_id, f"{book} (at {experiment.artifact_location})")
        return str(client.create_experiment(book, artifact_location=location))


def _rooted(store: Path) -> Path:
    return (Path(os.environ.get("DVC_ROOT", ".")) / store).resolve()


@contextmanager
def _plain_errors(file: Path) -> Iterator[None]:
    """Turns whatever the libraries below raise on a file that is no run store into one message."""
    try:
        yield
    except (MlflowException, SQLAlchemyError, sqlite3.Error) as error:
        reason = re.sub(r"^\(\S+\) ", "", str(error).strip().splitlines()[0])
        raise ChurnmlError(
            f"cannot open the run store '{file}': {reason}. "
            f"Move the file aside and run again (dvc repro register): a new store is created; the champions still score."
        ) from None
