"""A published table read back with its header: the one reader for every Parquet file that a command prints from."""

from pathlib import Path

import pandas as pd

from churnml.errors import PublishError
from churnml.listing.metadata import ListMetadata

HEADER = b"churnml.header"
"""Where a Parquet file keeps the header."""


def read_published(path: Path, what: str) -> tuple[pd.DataFrame, ListMetadata]:
    """The rows and the header of a published file. Raises PublishError, which calls it ``what``, where none can be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    where = path.parent
    if not path.is_file():
        raise PublishError(f"no {what} in '{where}'; write it first (churnml score).")
    try:
        table = pq.read_table(path)
        metadata = ListMetadata.from_json((table.schema.metadata or {})[HEADER].decode("utf-8"))
        return table.to_pandas(), metadata
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError):
        raise PublishError(
            f"the {what} in '{where}' is damaged ({path.name} cannot be read); write it again (churnml score)."
        ) from None
