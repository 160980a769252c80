"""Which book, how its files are read, and the sample book."""

from datetime import date

from pydantic import Field

from churnml.params.section import Above0, Natural, Positive, Section, Share


class Book(Section):
    """Which book is in use and where its raw folder lies."""

    name: str = Field(description="a folder of data/sources")
    raw: str = Field(description="the folder with the raw files")


class Sample(Section):
    """The truth-known book that `churnml sample` writes: how large, how long, how dirty."""

    seed: int = Field(description="seed of all that is drawn")
    n_accounts: Positive = Field(description="accounts ever signed")
    first_day: date = Field(description="first day of the history")
    last_day: date = Field(description="the sample's 'today', exclusive")
    dirty_share: Share = Field(description="share of a table's rows that are damaged")


class Ingest(Section):
    """How many rows of a table may be quarantined before the run stops, and what still counts as a stray row."""

    max_quarantined_share: Share = Field(description="share of a table's rows that may be quarantined")
    max_stray_share: Share = Field(description="so small a share of a column or table is a slip")
    max_gap_days: Positive = Field(description="days a table may end before the others; else give last_day")
    max_monthly_churn: Share = Field(description="so many may leave in a month, however few do in others")
    max_monthly_churn_ratio: Above0 = Field(description="times the other months' churn that stops a run")
    max_left_out_share: Share = Field(
        description="share of live accounts, or of their ARR, refused rows may hide"
    )
    renewal_gap_days: Natural = Field(
        default=31, description="a term that begins so near another's end follows it"
    )
    max_overlap_share: Share = Field(
        default=0.05, description="share of accounts whose terms may overlap undeclared"
    )
    max_used_after_service_share: Share = Field(
        default=0.5, description="share of cancelled terms that may be in use after"
    )
    max_quarantined_share_of: dict[str, Share] = Field(default={}, description="the same, by table")
