"""How a flat table is read and cross-validated."""

from pydantic import Field

from churnml.params.section import Part, Positive, Section, Several, Share
from churnml.params.train import LightGBM


class Flat(Section):
    """How `churnml flat` reads and cross-validates a table without dates."""

    seed: int = Field(description="seed of folds and resamples")
    n_folds: Several = Field(description="folds of a cross-validation")
    n_repeats: Positive = Field(description="cross-validations, each with other folds")
    n_bootstraps: Positive = Field(description="resamples of customers")
    confidence: Share = Field(description="share of the resamples that an interval holds")
    capacity_share: Part = Field(description="share of the customers a team can call")
    max_stray_share: Share = Field(description="so small a share of a column may be no number, or no day")
    max_levels: Positive = Field(description="text of more different values is given to no model")
    lightgbm: LightGBM
