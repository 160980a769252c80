"""What a model card draws."""

from pydantic import Field, model_validator

from churnml.params.section import Positive, Section, Share


class Card(Section):
    """What a model card draws, and which misses it names among the known limits."""

    seed: int = Field(description="seed of the draw")
    n_snapshots: Positive = Field(description="snapshots drawn in the beeswarm")
    n_columns: Positive = Field(description="columns of the beeswarm, and concepts of the bars")
    min_outcomes: Positive = Field(description="renewals with the outcome; fewer are named")
    slope_range: tuple[float, float] = Field(description="a calibration slope outside is named")
    max_ece: Share = Field(description="a calibration error (ECE) above is named")

    @model_validator(mode="after")
    def _goes_up(self) -> "Card":
        if self.slope_range[0] > self.slope_range[1]:
            raise ValueError("slope_range must go from low to high")
        return self
