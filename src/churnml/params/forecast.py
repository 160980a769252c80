"""The coming quarters."""

from typing import Annotated

from pydantic import Field

from churnml.params.section import Positive, Section, Share


class Forecast(Section):
    """The book's coming quarters: how many, how many simulated paths, and what stands in where the past is short."""

    quarters: Annotated[int, Field(ge=1, le=8)]
    paths: Positive
    seed: int
    interval: Share
    past_quarters: Positive
    size_prior: Annotated[float, Field(gt=0)]
    level_prior_sd: Annotated[float, Field(gt=0)]
    group_prior_sd: Annotated[float, Field(gt=0)]
    shock_prior_sd: Annotated[float, Field(ge=0)]
    shock_prior_quarters: Annotated[float, Field(gt=0)]
