"""What a list was made from, unrounded and account by account: what later lists are compared with."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

from churnml.errors import PublishError
from churnml.listing.as_of import day_folders
from churnml.listing.lifetime import WITHIN
from churnml.params.score import Bands

NAMED = 3
"""How many days that were passed over are named."""


FILE = "facts.parquet"
FEATURE = "feature_"
"""Before the name of a column that a champion saw."""

FACTS: Mapping[str, Literal["text", "date", "count", "flag", "number"]] = {
    "account_id": "text", "name": "text", "csm": "text", "renewal": "date", "lead_days": "count",
    "is_rolling": "flag", "arr_usd": "number", "standing": "text", "churn_probability": "number", "within": "number",
    "expansion_probability": "number", "health_rules": "number", "rank": "count", "band": "text",
    "band_reading": "text", "is_within_capacity": "flag",
}  # fmt: skip
CASTS = {"date": "datetime64[ms]", "count": "int64", "flag": "bool", "number": "float64"}


@dataclass(frozen=True)
class Facts:
    """One day's accounts: ``rows`` with the columns FACTS, by account id.

    ``features`` are what the champions saw of them, in the same order; None where they still lie in ``folder``.
    ``in_grace`` are the ids of accounts that are not among them since their term ended lately and the next is not recorded;
    ``mapping`` is the digest of the mapping that made the book, empty where it is not known. The column ``within`` holds the chance to
    leave within ``horizon_days``: what the day's list was ordered by.
    """

    day: date
    rows: pd.DataFrame
    features: pd.DataFrame | None = None
    folder: Path | None = None
    is_looked_back: bool = False
    is_hindsight: bool = False
    in_grace: tuple[str, ...] = ()
    mapping: str = ""
    horizon_days: int = 365

    def seen(self, columns: Sequence[str]) -> pd.DataFrame:
        """These columns of what the champions saw, by account id; those that are not stored, or cannot be read, are absent."""
        if self.features is not None:
            return self.features[[name for name in columns if name in self.features]]
        try:
            stored = _table(self.folder, [FEATURE + name for name in columns]) if self.folder else None
        except PublishError:
            stored = None
        values = (
            pd.DataFrame(index=self.rows.index) if stored is None else stored[0].set_axis(self.rows.index)
        )
        return values.rename(columns=lambda name: str(name).removeprefix(FEATURE))


def facts_of(
    day: date, book: pd.DataFrame, horizon_days: int, seen: Iterable[pd.DataFrame] = (), *, is_looked_back: bool = False,
    is_hindsight: bool = False, in_grace: Iterable[str] = (), mapping: str = "",
) -> Facts:  # fmt: skip
    """The facts of a ranked, unrounded book, and of what each champion saw of it (feature rows by account id), a column once."""
    book = book.assign(within=book[WITHIN[horizon_days]])
    rows = pd.DataFrame({name: _cast(book[name], kind) for name, kind in FACTS.items()})
    rows = rows.set_index("account_id")
    features = pd.DataFrame(index=rows.index)
    for values in seen:
        features = features.join(values[[name for name in values if name not in features]])
    return Facts(
        day, rows, features, None, is_looked_back, is_hindsight, tuple(in_grace), mapping, horizon_days
    )


def remembered(then: Facts | None, day: date, bands: Bands) -> pd.DataFrame | None:
    """The earlier day's bands by account id, as ``rank_churn`` reads them.

    None where it lies too far back to have a say, or was only looked back at: nobody ever read its bands.
    """
    if then is None or then.is_looked_back or (day - then.day).days > bands.memory_days:
        return None
    return then.rows[["band", "band_reading"]]


def to_bytes(facts: Facts | None) -> bytes:
    """The facts as Parquet; no rows where there are none."""
    import pyarrow as pa

    types = {
        "text": pa.string(), "date": pa.timestamp("ms"), "count": pa.int64(), "flag": pa.bool_(), "number": pa.float64(),
    }  # fmt: skip
    fields = [pa.field(name, types[kind]) for name, kind in FACTS.items()]
    if facts is None or facts.features is None:
        return _written(pa.schema(fields).empty_table())
    features = facts.features.add_prefix(FEATURE)
    for name, values in features.items():
        is_text = not pd.api.types.is_numeric_dtype(values)
        fields.append(pa.field(str(name), pa.string() if is_text else pa.float64()))
    joined = facts.rows.join(features).reset_index()
    table = pa.Table.from_pandas(joined, schema=pa.schema(fields), preserve_index=False)
    file_metadata = {
        "churnml.day": facts.day.isoformat(),
        "churnml.hindsight": str(facts.is_hindsight).lower(),
        "churnml.in_grace": json.dumps(facts.in_grace),
        "churnml.mapping": facts.mapping,
        "churnml.horizon_days": str(facts.horizon_days),
    }
    return _written(table.replace_schema_metadata(file_metadata))


def read_facts(folder: Path, columns: Iterable[str] = FACTS) -> Facts:
    """The facts of a published day, only these columns of FACTS; features stay in the folder until they are asked for.

    Raises PublishError in words where the folder has none, or none that can be read.
    """
    rows, file_metadata = _table(folder, list(columns))
    if lacking := [name for name in columns if name not in rows]:
        raise PublishError(f"of an older layout (no {lacking[0]})")
    try:
        day = date.fromisoformat(file_metadata[b"churnml.day"].decode())
        in_grace = tuple(map(str, json.loads(file_metadata.get(b"churnml.in_grace", b"[]"))))
        horizon_days = int(file_metadata.get(b"churnml.horizon_days", b"365"))
    except (KeyError, ValueError, TypeError):
        raise PublishError("damaged (it does not say its day)") from None
    return Facts(
        day, rows.set_index("account_id"), None, folder, is_hindsight=file_metadata.get(b"churnml.hindsight") == b"true",
        in_grace=in_grace, mapping=file_metadata.get(b"churnml.mapping", b"").decode(), horizon_days=horizon_days,
    )  # fmt: skip


def _table(folder: Path, columns: Sequence[str]) -> tuple[pd.DataFrame, dict[bytes, bytes]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / FILE
    if not path.is_file():
        raise PublishError(f"of an older layout (no {FILE})")
    try:
        schema = pq.read_schema(path)
        table = pq.read_table(path, columns=[name for name in columns if name in schema.names])
        return table.to_pandas(), dict(schema.metadata or {})
    except (pa.ArrowException, OSError, ValueError):
        raise PublishError(f"damaged ({FILE} cannot be read)") from None


def _cast(values: pd.Series, kind: str) -> pd.Series:
    if kind == "text":
        return values.astype(object).where(values.notna(), "").astype(str)
    casted: pd.Series = values.astype(CASTS[kind])  # type: ignore[call-overload]
    return casted


def _written(table: object) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def newest_before(lists: Path, day: date, horizon_days: int, mapping: str = "") -> tuple[Facts | None, str]:
    """The newest earlier list that can be read, of the same horizon and mapping, or None; and in words which newer ones were passed over."""
    passed: list[str] = []
    for folder in reversed(day_folders(lists, before=day).values()):
        try:
            facts = read_facts(folder)
        except PublishError as error:
            passed.append(f"{folder.name}, {error}")
            continue
        if facts.horizon_days != horizon_days:
            passed.append(f"{folder.name}, ordered by leaving within {facts.horizon_days} days")
        elif mapping and facts.mapping not in ("", mapping):
            passed.append(f"{folder.name}, made by another mapping of the raw files")
        else:
            return facts, _skipped(passed)
    return None, _skipped(passed)


def _skipped(passed: list[str]) -> str:
    if not passed:
        return ""
    others = f"; and {len(passed) - NAMED:,} more" if len(passed) > NAMED else ""
    return f"Passed over, since they cannot be compared with: {'; '.join(passed[:NAMED])}{others}."
