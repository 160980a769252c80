"""What every section of params.yaml is made of."""

import difflib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Part = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A section of params.yaml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def did_you_mean(word: str, known: list[str]) -> str:
    """A hint at the nearest known word, or the list of known words.

    >>> did_you_mean("grace_day", ["grace_days", "tolerance"])
    ": did you mean 'grace_days'?"
    """
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(known))}"
