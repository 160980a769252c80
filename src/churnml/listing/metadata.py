"""What stands over every list: which book, which day, and what verdicts and champions allow it to say."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from churnml.errors import BundleError
from churnml.learn.candidates import MODELS
from churnml.learn.dataset import SIDES
from churnml.listing.capacity import CallList
from churnml.results.stored import as_json, read_json
from churnml.results.verdict import NO_SIGNAL, RULES, VERDICTS, Verdict
from churnml.text.outcome_words import change_sentence

BY_ARR, BY_ID = "ARR", "account id"
NO_RULE = "No rule could be computed (no usage, tickets or survey table)"


@dataclass(frozen=True)
class Grace:
    """The accounts that are not on the list since their term ended, and whose next may yet be recorded."""

    accounts: int
    arr_usd: float | None
    days: int


@dataclass(frozen=True)
class Refused:
    """An account that is not on the list because its contract rows were refused: its ARR as written, and the reason."""

    account_id: str
    arr: float | None
    reason: str


@dataclass(frozen=True)
class ListMetadata:
    """The book, the day and the verdicts a list stands on.

    ``trained_through`` and ``longest_lead_days``, by kind of term, are the champions'; None where none was asked. ``has_rules``
    says whether any account has a rules health score, ``grace`` who is left out of the list, ``horizon_months`` how far ahead lifetimes are counted.
    ``call_list`` says how many calls pay, ``members`` how many models the bag of an outcome's champion has, ``changed`` what changed in one line,
    ``refused`` which accounts are missing because ingest refused their contracts, largest first. A book whose contracts give no ARR
    is not ``is_priced``: no line and no column tells dollars, and where those would come first the chance does.
    Every chance that orders, bands or sums is that within ``horizon_days``; ``base_rate`` is its mean over the accounts of the book that are
    judged, None where none is.
    """

    book: str
    as_of: date
    churn: Verdict
    expansion: Verdict
    trained_through: date | None = None
    longest_lead_days: Mapping[str, int] | None = None
    has_rules: bool = True
    grace: Grace | None = None
    horizon_months: int | None = None
    call_list: CallList | None = None
    members: Mapping[str, int] = field(default_factory=dict)
    changed: str = ""
    refused: tuple[Refused, ...] = ()
    is_priced: bool = True
    horizon_days: int = 365
    base_rate: float | None = None

    @property
    def lines(self) -> tuple[str, str]:
        """One line an outcome: its verdict, and what its side is ranked by."""
        return (
            " ".join(
                filter(
                    None,
                    [f"Churn: {words(self.churn)} {ranked_by(self.churn_order, self.churn)}", self.expected],
                )
            ),
            f"Expansion: {words(self.expansion)} {ranked_by(self.expansion_order, self.expansion)}",
        )

    @property
    def expected(self) -> str:
        """The base rate within the horizon in a sentence; nothing where no chance is known."""
        if self.base_rate is None:
            return ""
        of_100 = 100 * self.base_rate
        share = f"{of_100:.0f}" if of_100 >= 1 else f"{of_100:.1f}"
        return f"Of 100 accounts of this book {share} are expected to leave within {self.horizon_days} days."

    @property
    def hindsight(self) -> str:
        """What must be said first of a day that the models have since learned from; else nothing."""
        if self.trained_through is None or self.as_of >= self.trained_through:
            return ""
        return (
            "Scored in hindsight: the model has since learned from outcomes up to "
            f"{self.trained_through}, so this list is not a test of it."
        )

    @property
    def horizon(self) -> str:
        """What is said of accounts whose renewal lies beyond the horizon; nothing without a champion."""
        if self.longest_lead_days is None:
            return ""
        known = ", ".join(
            f"{days:,} days for terms of {kind}" for kind, days in sorted(self.longest_lead_days.items())
        )
        return f"renews farther ahead than any case of its kind of term that the model was judged on ({known or 'none'}; no other kind was)"

    @property
    def churn_order(self) -> str:
        """What puts an account high on the risk side."""
        return (
            f"{'expected loss' if self.is_priced else 'chance to leave'} within {self.horizon_days} days"
            if self.churn.is_proven
            else self._unproven(self.churn, "lowest", "leave")
        )

    @property
    def expansion_order(self) -> str:
        """What puts an account high on the growth side."""
        return (
            f"{'ARR likely to grow' if self.is_priced else 'chance to grow'} within {self.horizon_days} days"
            if self.expansion.is_proven
            else self._unproven(self.expansion, "highest", "grow")
        )

    def _unproven(self, verdict: Verdict, first: str, does: str) -> str:
        if verdict.orders_by_model and verdict.ranking:
            return f"{MODELS[verdict.ranking.model].sentence}, likeliest to {does} within {self.horizon_days} days first"
        return (
            f"{MODELS[RULES].sentence}, renewals within {self.horizon_days} days and {first} first"
            if self.has_rules
            else BY_ARR
            if self.is_priced
            else BY_ID
        )

    def to_json(self) -> str:
        """The header as text that ``from_json`` reads back."""
        verdicts = {verdict.outcome: as_json(verdict) for verdict in (self.churn, self.expansion)}
        content = {
            "book": self.book, "as_of": self.as_of.isoformat(), "verdicts": verdicts,
            "trained_through": self.trained_through and self.trained_through.isoformat(),
            "longest_lead_days": self.longest_lead_days, "hindsight": self.hindsight,
            "has_rules": self.has_rules, "grace": self.grace and asdict(self.grace),
            "horizon_months": self.horizon_months, "calling": self.call_list and asdict(self.call_list),
            "members": dict(self.members), "changed": self.changed, "refused": [asdict(account) for account in self.refused],
            "is_priced": self.is_priced, "horizon_days": self.horizon_days, "base_rate": self.base_rate,
        }  # fmt: skip
        return json.dumps(content, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ListMetadata":
        """The header that ``to_json`` wrote."""
        content = json.loads(text)
        verdicts = VERDICTS.validate_python(content["verdicts"])
        learned, grace = content["trained_through"], content.get("grace")
        return cls(
            content["book"], date.fromisoformat(content["as_of"]), verdicts["churn"], verdicts["expansion"],
            date.fromisoformat(learned) if learned else None, content["longest_lead_days"],
            content.get("has_rules", True), Grace(**grace) if grace else None,
            content.get("horizon_months"), CallList(**content["calling"]) if content.get("calling") else None,
            content.get("members", {}), content.get("changed", ""), tuple(Refused(**account) for account in content.get("refused", ())),
            content.get("is_priced", True), content.get("horizon_days", 365), content.get("base_rate"),
        )  # fmt: skip


def ranked_by(order: str, verdict: Verdict) -> str:
    """The sentences on what puts an account high, with its figure where the verdict's own sentence is on another model.

    >>> ranked_by("expected loss", Verdict("churn", True, "B", "logistic", "Grade B."))
    'Ranked by expected loss.'
    """
    if order in (BY_ARR, BY_ID):
        return f"{NO_RULE}; ordered by {order}."
    if verdict.is_proven or verdict.ranking is None:
        return f"Ranked by {order}."
    if verdict.orders_by_model:
        return f"Ranked by {order}; the reasons are the health rules', which do not order the list."
    other = "" if verdict.model == verdict.ranking.model else f", which ordered {verdict.ranking.words}"
    return f"Ranked by {order}{other}."


def words(verdict: Verdict) -> str:
    """The verdict's sentence, and that the outcome's level has changed; one that is not proven begins with 'no proven signal'.

    >>> words(Verdict("churn", False, None, None, "Churn: no proven signal. That may be chance."))
    'no proven signal. That may be chance.'
    """
    sentence = (
        " ".join(verdict.sentence.split()).removeprefix(f"{verdict.outcome.capitalize()}: ").rstrip(".") + "."
    )
    text = sentence if verdict.is_proven or sentence.startswith(NO_SIGNAL) else f"{NO_SIGNAL}: {sentence}"
    return f"{text} {change_sentence(verdict.outcome, verdict.level_change)}".rstrip()


def read_verdicts(path: Path) -> Mapping[str, Verdict]:
    """The verdict of each outcome in ``verdicts.json``; BundleError or ResultError where there is no whole one."""
    if not path.is_file():
        raise BundleError(f"no verdicts in '{path.parent}': run the pipeline first (dvc repro register).")
    verdicts = read_json(path, VERDICTS)
    lacking = [outcome for outcome in SIDES if outcome not in verdicts]
    if lacking:
        raise BundleError(f"{path} lacks {', '.join(lacking)}; run dvc repro register.")
    return verdicts
