"""Which field of the CRM gets which column of the list: ``crm.yaml``, which a team edits."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from churnml.params.section import Positive, Section, did_you_mean

AS_OF = "as_of"
"""The day of the list: no column of it, yet a field may ask for it."""


def _column(name: str, told: ValidationInfo) -> str:
    """The column, if the context's list has it; any where there is no context."""
    known: Any = (told.context or {}).get("columns")
    if known is not None and name not in known:
        raise ValueError(f"there is no such column{did_you_mean(name, list(known))}")
    return name


class CrmField(Section):
    """How one field of the CRM is filled.

    ``length`` cuts a text, ``is_percent`` sends a share as 39.0 for 0.39, ``decimals`` rounds a number, ``words`` are the
    picklist's own words for the list's.
    """

    column: Annotated[str, AfterValidator(_column)]
    length: Positive | None = None
    is_percent: bool = False
    decimals: Annotated[int, Field(ge=0)] | None = None
    words: dict[str, str] = {}

    @model_validator(mode="after")
    def _fits_its_column(self, told: ValidationInfo) -> "CrmField":
        columns: Any = (told.context or {}).get("columns", {})
        if self.column not in columns:
            return self
        kind, said = columns[self.column]
        faults = [
            *(["is_percent is for a share or a chance"] if self.is_percent and kind not in SHARES else []),
            *(["length is for a text"] if self.length and kind != "text" else []),
            *(["decimals are for a number"] if self.decimals is not None and kind in WORDED else []),
            *(
                f"it never says '{word}'{did_you_mean(word, [known for known in said if known])}"
                for word in self.words
                if word not in said
            ),
        ]
        if faults:
            raise ValueError(f"column '{self.column}' is of kind {kind}; {'; '.join(faults)}")
        return self


SHARES = ("probability", "weight")
WORDED = ("text", "flag", "date")


class Salesforce(Section):
    """The object whose records are updated, and its fields by API name."""

    object: str
    fields: dict[str, CrmField]


class HubSpot(Section):
    """The properties of companies, by internal name."""

    properties: dict[str, CrmField]


class Crm(Section):
    """The field maps of the CRMs in use; one that is left out gets nothing."""

    salesforce: Salesforce | None = None
    hubspot: HubSpot | None = None
