"""The canonical tables as Spark reads them, from a folder or from object storage; the door is the same text."""

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from churnml.data.schema import SUPERSEDED_AT
from churnml.data.tables import VERSIONS, Tables, newest
from churnml.data.usage_parts import CODE_COLUMNS, PARTS, PERIODS, UNITS, code_file, part_file
from churnml.errors import SettingsError, TableError
from churnml.features.spark.dialect import to_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LIBRARIES = ("pyspark", "sqlglot")

# Days begin at midnight UTC on every machine; rows reach Python as Arrow.
SQL_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.execution.arrow.pyspark.enabled": "true"}

QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}

# On one machine nothing listens to the network.
ONE_MACHINE = {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}


LEDGER = ("accounts", "contracts")
"""The tables that say which snapshots there are and what became of them: a few rows an account, gathered where that is asked."""


@dataclass(frozen=True)
class SparkTables(Tables):
    """The canonical tables of one book below an address that Spark reads: a folder, ``s3a://…``, ``abfss://…``."""

    folder: Path = field(
        init=False, default=Path()
    )  # nothing is read past Spark, and nothing kept between nights
    daily: Path | None = field(init=False, default=None)
    session: "SparkSession"
    address: str

    @classmethod
    def read_from(cls, tables: Tables, master: str) -> "SparkTables":
        """The tables of a folder, read by Spark on ``master``."""
        return cls(open_session(master), str(tables.folder.resolve()))

    def __post_init__(self) -> None:
        for name in self.given():
            if name != PARTS:
                versions = self._read(f"{name}.parquet")
                versions.createOrReplaceTempView(VERSIONS.format(name))
                stands = versions.where(f"{SUPERSEDED_AT.name} IS NULL").drop(SUPERSEDED_AT.name)
                stands.createOrReplaceTempView(name)
        if self.has(PARTS):
            self._usage().createOrReplaceTempView(PARTS)

    @cached_property
    def header(self) -> dict[str, object]:
        """What ingest recorded; TableError where there are no tables."""
        from pyspark.errors import PySparkException

        try:
            text = self.session.read.text(f"{self.address}/book.json", wholetext=True).first()[0]
        except PySparkException:
            raise TableError(
                f"no canonical tables below '{self.address}'; run the ingest stage and copy its folder there."
            ) from None
        content: dict[str, object] = json.loads(text)
        return content

    def has(self, table: str) -> bool:
        """Whether the book has that table."""
        return table in self.given()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the gathered ``LEDGER``, for what is decided about accounts and terms."""
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        for name in LEDGER:
            versions = VERSIONS.format(name)
            con.register("gathered", self.session.table(versions).toArrow())
            con.execute(f"CREATE TABLE {versions} AS FROM gathered")
            con.execute(newest(name))
        return con

    def query(self, sql: str) -> "DataFrame":
        """What a query in the catalogue's SQL finds; it runs when it is read."""
        return self.session.sql(to_spark(sql))

    def register(self, snapshots: pd.DataFrame) -> "DataFrame":
        """The snapshots, numbered, put where the door finds them."""
        frame = snapshots[["account_id", "as_of", "renewal", "lead_days"]].reset_index(drop=True)
        frame.insert(0, "snapshot", range(len(frame)))
        frame["known_by"] = frame["as_of"]
        kinds = "snapshot LONG, account_id STRING, as_of TIMESTAMP_NTZ, renewal TIMESTAMP_NTZ, lead_days LONG, known_by TIMESTAMP_NTZ"
        registered = self.session.createDataFrame(frame, kinds)
        registered.createOrReplaceTempView("snapshots")
        return registered

    def parts(self) -> "DataFrame":
        """Usage as integer-coded rows of all months."""
        return self._read(*(part_file(month) for month in self.usage_digests()))

    def codes(self, kind: str) -> "DataFrame":
        """What usage's codes of ``accounts``, ``users`` or ``features`` mean."""
        return self._read(code_file(kind))  # type: ignore[arg-type]

    def usage_periods(self) -> pd.DataFrame:
        """The periods that rows of usage sum up; a few rows an account, gathered."""
        gathered: pd.DataFrame = self._read(PERIODS).toPandas()
        return gathered

    def _usage(self) -> "DataFrame":
        names = {f"usage_{kind}": self.codes(kind) for kind in CODE_COLUMNS}
        return self.session.sql(f"""
            SELECT a.account_id, p.occurred_at, u.user_id, f.name AS feature, CAST(p.units AS DECIMAL(18,0)) * CAST({1 / UNITS} AS DECIMAL(5,4))
                AS quantity, p.event_id, p.contract_id, p.period_start, p.period_end, p.active_users, p.known_at,
                p.occurred_at AS clock
            FROM {{parts}} p JOIN {{usage_accounts}} a ON a.account = p.account
            LEFT JOIN {{usage_users}} u ON u.user = p.user LEFT JOIN {{usage_features}} f ON f.feature = p.feature""",
            parts=self.parts(), **names)  # fmt: skip

    def _read(self, *files: str) -> "DataFrame":
        return self.session.read.parquet(*(f"{self.address}/{file}" for file in files))


def open_session(master: str) -> "SparkSession":
    """A session on ``master`` (``local[2]``, ``yarn``, ``spark://host:7077``) that shares no views with others of the same program.

    A context that already runs, as ``spark-submit`` starts one, is kept with its master. Raises SettingsError where PySpark, sqlglot or
    Java is not there.
    """
    if faults := missing():
        raise SettingsError.of("Spark cannot start here:", faults)
    from pyspark.sql import SparkSession

    settings = QUIET
    if master.startswith("local"):
        settings = QUIET | ONE_MACHINE
        os.environ.setdefault(
            "PYSPARK_PYTHON", sys.executable
        )  # workers run in this environment, not in the machine's own
    builder = SparkSession.builder.appName("churnml").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate().newSession()
    for name, value in SQL_SETTINGS.items():
        session.conf.set(name, value)
    return session


def missing() -> list[str]:
    """What Spark needs and this machine does not have, each with what to do; nothing where it can start."""
    return [*_missing_libraries(), *_missing_java()]


def _missing_libraries() -> list[str]:
    absent = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    return [f"no Python package {' or '.join(absent)}: pip install 'churnml[spark]'"] if absent else []


def _missing_java() -> list[str]:
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    where = f"in JAVA_HOME ({home})" if home else "on the PATH"
    return [] if program else [f"no Java {where}: install Java 17 or later, or set JAVA_HOME"]
