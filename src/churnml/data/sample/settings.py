"""What a person may choose about the sample book."""

from churnml.errors import SettingsError
from churnml.params.book import Sample as SampleParams

__all__ = ["SampleParams", "check_span"]

SHORTEST_SPAN = 365  # days: below a year no annual contract can renew inside the book


def check_span(sample: SampleParams) -> None:
    """Nothing, if the book is long enough for contracts to renew; SettingsError otherwise."""
    days = (sample.last_day - sample.first_day).days
    if days < SHORTEST_SPAN:
        raise SettingsError(
            f"sample.last_day must be at least {SHORTEST_SPAN} days after sample.first_day, or no contract "
            f"ever renews; it is {days} days after. Set a later sample.last_day in params.yaml."
        )
