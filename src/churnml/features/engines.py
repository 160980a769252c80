"""Where features are built: on this machine, or on Spark from the same definitions."""

from collections.abc import Sequence

import pandas as pd

from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.spec import Feature
from churnml.params.features import Features


def build_by(
    settings: Features, tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature]
) -> pd.DataFrame:
    """What ``build`` gives, by the engine that the settings name.

    Raises SettingsError where that is Spark and Spark cannot start here.
    """
    if settings.engine == "local":
        return build(tables, snapshots, features)
    from churnml.features.spark import spark_build as spark
    from churnml.features.spark.tables import SparkTables

    return spark.gather(
        spark.build(SparkTables.read_from(tables, settings.spark_master), snapshots, features)
    )
