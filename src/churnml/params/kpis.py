"""How KPIs are counted."""

from pydantic import model_validator

from churnml.params.section import Positive, Section


class Kpis(Section):
    """How far back KPIs are told, and the scales of surveys."""

    quarters: Positive
    usage_days: Positive
    csat_satisfied_from: float
    csat_most: float
    cohort_step_months: Positive
    cohort_steps: Positive

    @model_validator(mode="after")
    def _is_on_the_scale(self) -> "Kpis":
        if self.csat_satisfied_from > self.csat_most:
            raise ValueError("csat_satisfied_from must not lie beyond csat_most")
        return self
