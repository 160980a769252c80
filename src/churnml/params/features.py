"""Which features are built, and how they are tested for what nobody could know."""

from typing import Literal

from pydantic import Field

from churnml.params.section import Positive, Section, Several


class Features(Section):
    """Which features of the catalogue to leave out, and who computes the others."""

    exclude: tuple[str, ...] = Field(default=(), description="columns of docs/features.md to leave out")
    engine: Literal["local", "spark"] = Field(
        default="local", description="spark: the same values on a cluster (docs/spark.md)"
    )
    spark_master: str = Field(default="local[2]", description="yarn, spark://host:7077, k8s://...")


class LeakageTest(Section):
    """How much of a book `churnml check --time` delivers again."""

    n_accounts: Several = Field(description="accounts drawn")
    n_dates: Positive = Field(description="as-of dates drawn")
    seed: int = Field(description="seed of the draw")
