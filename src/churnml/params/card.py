"""What a model card draws."""

from pydantic import model_validator

from churnml.params.section import Positive, Section, Share


class Card(Section):
    """What a model card draws, and which misses it names."""

    seed: int
    dots: Positive
    columns: Positive
    few: Positive
    slopes: tuple[float, float]
    ece: Share

    @model_validator(mode="after")
    def _goes_up(self) -> "Card":
        if self.slopes[0] > self.slopes[1]:
            raise ValueError("slopes must go from low to high")
        return self
