"""What amounts and scores of a book are in: its currency, what others are worth in it, and the scales of its ratings."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from churnml.params.section import Section

NPS_SCALE = (0.0, 10.0)
RATED = ("csat", "ces")


class Amounts(Section):
    """The part of ``book.yaml`` that says what amounts and scores are in.

    ``currency`` is the book's; ``rates`` says how much of it one unit of another is worth; ``survey_scales`` gives the lowest and the
    highest rating of ``csat`` and ``ces``, in surveys and on tickets. NPS has 0 to 10 by definition.
    """

    currency: str | None = None
    rates: dict[str, Annotated[Decimal, Field(gt=0, lt=10**9)]] = {}
    survey_scales: dict[str, tuple[float, float]] = {}

    @field_validator("currency", mode="before")
    @classmethod
    def _currency_alike(cls, currency: object) -> object:
        return _alike(currency) if isinstance(currency, str) else currency

    @field_validator("rates")
    @classmethod
    def _rates_alike(cls, rates: dict[str, Decimal]) -> dict[str, Decimal]:
        return {_alike(currency): rate for currency, rate in rates.items()}

    @field_validator("survey_scales")
    @classmethod
    def _lowest_first(cls, scales: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        faults = [
            "'nps' has 0 to 10 by definition"
            if kind == "nps"
            else f"no rating '{kind}', only {', '.join(RATED)}"
            for kind in scales
            if kind not in RATED
        ]
        faults += [
            f"'{kind}' ends at {high:g}, not above {low:g}"
            for kind, (low, high) in scales.items()
            if low >= high
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return scales

    @model_validator(mode="after")
    def _rates_are_to_something(self) -> "Amounts":
        if self.rates and self.currency is None:
            raise ValueError("rates say what a currency is worth in the book's own: say 'currency:' as well")
        if self.rates.get(self.currency or "", 1) != 1:
            raise ValueError(f"rates: one {self.currency} is one {self.currency}")
        return self

    def scale(self, kind: str) -> tuple[float, float] | None:
        """The lowest and highest score of a kind; None where it is not known."""
        return NPS_SCALE if kind == "nps" else self.survey_scales.get(kind)


def _alike(currency: str) -> str:
    return currency.strip().upper()
