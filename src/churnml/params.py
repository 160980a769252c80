"""params.yaml, typed and frozen: every number churnml runs on, and no path.

One class a section. ``load_params`` overlays the sections that a book's ``book.yaml`` sets under ``params:``.
Unknown keys are refused, all at once, with the nearest known name.
"""

import difflib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from churnml.errors import SettingsError

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A section of params.yaml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Book(Section):
    """Which book is in use and where its raw folder lies."""

    name: str
    raw: str


class Sample(Section):
    """The truth-known sample book: how large, how long, how dirty."""

    seed: int
    accounts: Positive
    first_day: date
    last_day: date
    dirty_share: Share


class Ingest(Section):
    """How many rows of a table may be quarantined before the run stops, and what still counts as a stray row."""

    default_limit: Share
    stray_share: Share
    stray_days: Positive
    limits: dict[str, Share] = {}


class Revenue(Section):
    """What counts as churn, contraction and expansion."""

    grace_days: Annotated[int, Field(ge=0)]
    tolerance: Share
    rolling_below_days: Annotated[int, Field(ge=0)]


class Snapshots(Section):
    """On which days we look at an account before its renewal."""

    lead_days: tuple[Positive, ...]
    min_history_days: Annotated[int, Field(ge=0)]
    rolling_horizon_days: Positive
    rolling_every_days: Positive


class Features(Section):
    """Which features of the catalogue to leave out, by column name, and who computes the others."""

    exclude: tuple[str, ...] = ()
    engine: Literal["local", "spark"] = "local"
    spark_master: str = "local[2]"


class Proof(Section):
    """How much of a book the proof of time looks at."""

    accounts: Annotated[int, Field(ge=2)]
    dates: Positive
    seed: int


class LightGBM(Section):
    """The bag: one booster per account-level resample."""

    boosters: Positive
    trees: Positive
    leaves: Annotated[int, Field(ge=2)]
    learning_rate: Annotated[float, Field(gt=0)]
    min_rows_per_leaf: Positive
    column_share: Share
    row_share: Annotated[float, Field(gt=0, le=1)]
    bins: Annotated[int, Field(ge=2)]
    ridge: Annotated[float, Field(ge=0)]


class Logistic(Section):
    """The regularised logistic regression."""

    inverse_penalty: Annotated[float, Field(gt=0)]
    prior_inverse_penalty: Annotated[float, Field(gt=0)]
    tail_share: Annotated[float, Field(ge=0, lt=0.5)]
    knots: tuple[Annotated[float, Field(gt=0, lt=1)], ...]


class Survival(Section):
    """The survival model: which looks and columns it is fitted on, and the ridges to try in turn."""

    lead_days: tuple[Positive, ...]
    covariates: Positive
    least_known: Share
    most_correlation: Share
    tail_share: Annotated[float, Field(ge=0, lt=0.5)]
    ridges: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)]
    least_at_risk: Positive


class Backtest(Section):
    """The rolling-origin backtest and what it must have to run."""

    folds: Positive
    step_months: Positive
    min_ripe: Positive
    min_each_class: Positive


class AlarmWords(Section):
    """Words in a column's name that tell (L6): each the beginning of a word, or of several side by side."""

    leaving: tuple[str, ...]
    outputs: tuple[str, ...]
    weak: tuple[str, ...]
    plain: tuple[str, ...]


class Alarms(Section):
    """From where on a column is suspected to know the outcome, and which are vouched for (``known``)."""

    known: tuple[str, ...] = ()
    seed: int
    folds: Annotated[int, Field(ge=2)]
    resamples: Positive
    min_each_class: Positive
    stop_roc_auc: Share
    look_roc_auc: Share
    weak_roc_auc: Share
    code_levels: Positive
    prior_rows: Annotated[float, Field(gt=0)]
    purity: Share
    pure_share: Share
    pure_customers: Positive
    stop_missing: Share
    look_missing: Share
    far_days: Positive
    look_late: Share
    chance_roc_auc: Share
    changed_share: Share
    changed_elsewhere: Share
    easier_tail: Share
    easier_by: Share
    easier_stop: Share
    words: AlarmWords


class Tune(Section):
    """How many settings of LightGBM are tried before each fit, on the newest share of its renewals; 0 for none."""

    trials: Annotated[int, Field(ge=0)]
    newest_share: Annotated[float, Field(gt=0, lt=1)]
    ranges: dict[str, tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]]

    @model_validator(mode="after")
    def _names_settings(self) -> "Tune":
        unknown = sorted(set(self.ranges) - set(LightGBM.model_fields))
        if unknown:
            known = list(LightGBM.model_fields)
            raise ValueError(
                f"ranges: no setting '{unknown[0]}' of LightGBM{did_you_mean(unknown[0], known)}"
            )
        return self


class Calibrating(Section):
    """How fast old evidence fades, and how far (in log-odds) a line may lie from the one it starts at."""

    half_life_days: Annotated[float, Field(gt=0)]
    spread: Annotated[float, Field(gt=0)]


class Train(Section):
    """How the models are fitted, and which compete."""

    seed: int
    threads: Positive
    candidates: tuple[str, ...]
    tune: Tune
    lightgbm: LightGBM
    logistic: Logistic
    survival: Survival
    backtest: Backtest
    calibration: Calibrating


class Profit(Section):
    """What a retention campaign costs, and how often it keeps an account that would leave (a Beta's mean)."""

    contact_cost_usd: Annotated[float, Field(ge=0)]
    incentive_share: Share
    accept_alpha: Annotated[float, Field(gt=0)]
    accept_beta: Annotated[float, Field(gt=0)]


class Evaluate(Section):
    """How predictions are judged."""

    seed: int
    bootstrap: Positive
    confidence: Share
    capacity_share: Share
    min_each_class: Positive
    ties: Literal["simpler", "steadier"]
    recall_leads: tuple[Positive, ...]
    profit: Profit


class Gate(Section):
    """What a model must show before it is registered."""

    leak_roc_auc: Share
    grade_a: Share
    grade_b: Share
    grade_c: Share


class Card(Section):
    """What a model card draws, and which misses it names."""

    seed: int
    dots: Positive
    columns: Positive
    few: Positive
    slopes: tuple[float, float]
    ece: Share


class Rule(Section):
    """One line of the rules-weighted health score: points between a bad and a good value of one column."""

    column: str
    bad: float
    good: float
    weight: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _has_a_range(self) -> "Rule":
        if self.bad == self.good:
            raise ValueError(f"bad and good of '{self.column}' are both {self.bad:g}; they must differ")
        return self


class Flat(Section):
    """How a flat table is read and cross-validated."""

    seed: int
    folds: Annotated[int, Field(ge=2)]
    repeats: Positive
    bootstrap: Positive
    confidence: Share
    top_share: Share
    stray_share: Share
    most_levels: Positive
    lightgbm: LightGBM


class Health(Section):
    """The rules-weighted health score: components that a CSM can read and re-weight."""

    components: dict[str, tuple[Rule, ...]]
    ridge: Annotated[float, Field(ge=0)] = 0.0
    judged_lead_days: Positive = 90


class Lifetime(Section):
    """What a dollar later is worth, how far ahead is counted, and when chances to leave can be judged."""

    horizon_months: Annotated[int, Field(ge=24)]
    discount_rate: Annotated[float, Field(ge=0)]
    gross_margin: Share
    least_renewals: Positive


class Bands(Section):
    """From which multiple of the base rate an account's risk is high, or elevated."""

    high: Annotated[float, Field(gt=0)]
    elevated: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _is_in_order(self) -> "Bands":
        if self.high <= self.elevated:
            raise ValueError(f"high ({self.high:g}) must be above elevated ({self.elevated:g})")
        return self


class Score(Section):
    """Which day the current book is scored on and how the list is cut."""

    as_of: date | Literal["latest"]
    capacity_share: Share
    bands: Bands
    reasons_for: Positive
    reasons_against: Annotated[int, Field(ge=0)]
    reason_least_share: Share
    reason_least_difference: Share


class Forecast(Section):
    """The book's coming quarters: how many, how many simulated paths, and what stands in where the past is short."""

    quarters: Annotated[int, Field(ge=1, le=8)]
    paths: Positive
    seed: int
    interval: Share
    past_quarters: Positive
    size_prior: Annotated[float, Field(gt=0)]
    level_prior_sd: Annotated[float, Field(gt=0)]
    group_prior_sd: Annotated[float, Field(gt=0)]
    shock_prior_sd: Annotated[float, Field(ge=0)]
    shock_prior_quarters: Annotated[float, Field(gt=0)]


class Kpis(Section):
    """How far back KPIs are told, and the scales of surveys."""

    quarters: Positive
    usage_days: Positive
    csat_satisfied_from: float
    csat_most: float
    cohort_step_months: Positive
    cohort_steps: Positive


class Params(Section):
    """The whole of params.yaml."""

    book: Book
    sample: Sample
    ingest: Ingest
    revenue: Revenue
    snapshots: Snapshots
    features: Features
    proof: Proof
    alarms: Alarms
    train: Train
    evaluate: Evaluate
    gate: Gate
    flat: Flat
    card: Card
    health: Health
    lifetime: Lifetime
    score: Score
    forecast: Forecast
    kpis: Kpis


def load_params(path: Path, overlay: dict[str, Any] | None = None) -> Params:
    """The settings in force: ``path`` with the book's own settings laid over it.

    Raises SettingsError naming every unknown key (with the nearest known one) and every bad value at once.
    """
    raw = read_yaml(path)
    merged = _merge(raw, overlay or {})
    try:
        return Params.model_validate(merged)
    except ValidationError as error:
        failures = [_explain(detail) for detail in error.errors()]
        where = path.name + (" with the book's settings" if overlay else "")
        raise SettingsError.of(
            f"{where} has {len(failures)} fault(s); mend and run again:", failures
        ) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds; SettingsError where it is absent, malformed or no mapping."""
    if not path.is_file():
        raise SettingsError(f"{path} does not exist; run from the project's root or name the file.")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name} is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path.name} must be a mapping of settings, not {type(content).__name__}.")
    return content


def _merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overlay.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _explain(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"unknown setting '{place}'{did_you_mean(str(detail['loc'][-1]), _known(detail['loc'][:-1]))}"
    if detail["type"] == "missing":
        return f"setting '{place}' is missing"
    return f"setting '{place}' is {detail['input']!r}: {detail['msg'].lower()}"


def did_you_mean(word: str, known: list[str]) -> str:
    """A hint at the nearest known word, or the list of known words.

    >>> did_you_mean("grace_day", ["grace_days", "tolerance"])
    ": did you mean 'grace_days'?"
    """
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(known))}"


def _known(place: tuple[Any, ...]) -> list[str]:
    """The keys allowed at a place of params.yaml."""
    model: Any = Params
    for part in place:
        if part in getattr(model, "model_fields", {}):
            model = model.model_fields[part].annotation
        else:  # a key of a dict or a place in a tuple: step into the element's type
            model = next((a for a in get_args(model) if a not in (str, Ellipsis)), model)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
