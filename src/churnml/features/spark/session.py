"""A Spark session with the settings on which equal values rest, or a plain word on what is missing."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from churnml.errors import SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LIBRARIES = ("pyspark", "sqlglot")
# Days begin at midnight UTC on every machine; rows reach Python as Arrow.
SQL_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.execution.arrow.pyspark.enabled": "true"}
QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
# On one machine nothing listens to the network.
ONE_MACHINE = {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}


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
