"""The coming quarters."""

from typing import Annotated

from pydantic import Field

from churnml.params.section import Above0, Positive, Section, Share


class Forecast(Section):
    """GRR and NRR of the coming quarters by simulation, and what stands in where the past is short."""

    n_quarters: Annotated[int, Field(ge=1, le=8)] = Field(description="coming quarters")
    n_paths: Positive = Field(description="simulated paths")
    seed: int = Field(description="seed of the paths")
    interval: Share = Field(description="share of the paths between low and high")
    n_past_quarters: Positive = Field(description="quarters to learn moves outside a due renewal from")
    size_prior_moves: Above0 = Field(description="past moves at which a group weighs as much as the book")
