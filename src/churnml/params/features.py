"""Which features are built, and how they are tested for what nobody could know."""

from typing import Annotated, Literal

from pydantic import Field

from churnml.params.section import Positive, Section


class Features(Section):
    """Which features of the catalogue to leave out, by column name, and who computes the others."""

    exclude: tuple[str, ...] = ()
    engine: Literal["local", "spark"] = "local"
    spark_master: str = "local[2]"


class LeakageTest(Section):
    """How much of a book the proof of time looks at."""

    accounts: Annotated[int, Field(ge=2)]
    dates: Positive
    seed: int
