"""How a flat table is read and cross-validated."""

from typing import Annotated

from pydantic import Field

from churnml.params.section import Part, Positive, Section, Share
from churnml.params.train import LightGBM


class Flat(Section):
    """How a flat table is read and cross-validated."""

    seed: int
    folds: Annotated[int, Field(ge=2)]
    repeats: Positive
    bootstrap: Positive
    confidence: Share
    top_share: Part
    stray_share: Share
    most_levels: Positive
    lightgbm: LightGBM
