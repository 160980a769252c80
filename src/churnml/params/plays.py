"""What to do about what: ``plays.yaml``, which a team edits."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from churnml.params.section import Positive, Section, did_you_mean

Words = Annotated[str, Field(min_length=1)]


def _known(word: str, told: ValidationInfo) -> str:
    """The word, if the context lists it under the name of the field; any word where there is no context."""
    known: Any = (told.context or {}).get(told.field_name)
    if known is not None and word not in known:
        raise ValueError(f"there is no such concept{did_you_mean(word, list(known))}")
    return word


Concept = Annotated[str, AfterValidator(_known)]


class Play(Section):
    """One piece of advice: what to do, who does it, and within how many days."""

    advice: Words
    owner: Words
    within_days: Positive


class Plays(Section):
    """The advice for each concept that may be an account's first reason to leave, and one for all others."""

    default: Play
    churn: dict[Concept, Play] = {}

    def of(self, concept: str) -> Play:
        """The play for a concept; the default one where none is written for it."""
        return self.churn.get(concept, self.default)
