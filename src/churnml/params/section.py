"""What every section of params.yaml is made of."""

import difflib
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Part = Annotated[float, Field(gt=0, le=1)]
Inner = Annotated[float, Field(gt=0, lt=1)]
Tail = Annotated[float, Field(ge=0, lt=0.5)]
Points = Annotated[float, Field(ge=0, le=100)]
Above0 = Annotated[float, Field(gt=0)]
From0 = Annotated[float, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Several = Annotated[int, Field(ge=2)]


class Section(BaseModel):
    """A section of params.yaml: frozen, and closed to unknown keys.

    ``ordered`` names pairs of settings of which the first must not lie above the second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()

    @model_validator(mode="after")
    def _is_in_order(self) -> "Section":
        wrong = [
            f"{low} is above {high}" for low, high in self.ordered if getattr(self, low) > getattr(self, high)
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def did_you_mean(word: str, known: list[str]) -> str:
    """A hint at the nearest known word, or the list of known words.

    >>> did_you_mean("grace_day", ["grace_days", "tolerance"])
    ": did you mean 'grace_days'?"
    """
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(known))}"
