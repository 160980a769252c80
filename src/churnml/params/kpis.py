"""How KPIs are counted."""

from typing import ClassVar

from pydantic import Field

from churnml.params.section import Positive, Section


class Kpis(Section):
    """How far back KPIs go, and the scales of surveys."""

    ordered: ClassVar = (("min_satisfied_csat", "max_csat"),)

    n_quarters: Positive = Field(description="quarters back from the day the export was drawn")
    usage_days: Positive = Field(description="an account with usage in so many days is engaged")
    min_satisfied_csat: float = Field(description="answers from here on are satisfied")
    max_csat: float = Field(description="the scale's end; answers beyond it mean another scale, and no CSAT")
    cohort_step_months: Positive = Field(description="months between two ages of a cohort")
    n_cohort_steps: Positive = Field(description="ages of a cohort")
