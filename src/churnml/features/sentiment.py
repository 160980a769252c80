"""Sentiment: the latest survey answers, how old they are, and surveys left unanswered (silence is not health)."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.timeline import Window

YEAR = Window(365)
NPS = "lower(kind) = 'nps' AND score IS NOT NULL"

FEATURES: tuple[Feature, ...] = (
    Feature("nps_latest", "surveys", "survey score", "score", "latest NPS answer {value} of 10", -1, 1, UNKNOWN,
            aggregate=f"arg_max(score, struct_pack(a := answered_at, s := score)) FILTER ({NPS} AND {{filter}})", window=YEAR,
            clock="answered_at"),
    Feature("nps_age_days", "surveys", "survey silence", "days", "latest NPS answer is {value} old", 0, 0, UNKNOWN,
            aggregate=f"date_diff('day', max(answered_at) FILTER ({NPS} AND {{filter}}), max(as_of))", window=YEAR, clock="answered_at"),
    Feature("csat_survey_mean", "surveys", "survey score", "score", "satisfaction surveys average {value} over {window}", -1, 1, UNKNOWN,
            aggregate="avg(score) FILTER (lower(kind) = 'csat' AND {filter})", window=YEAR, clock="answered_at"),
    Feature("survey_response_share", "surveys", "survey silence", "share", "{value} of surveys answered in {window}", -1, 1, UNKNOWN,
            none="no survey answered in {window}", aggregate="avg(CAST(answered_at IS NOT NULL AS INTEGER)) {when}", window=YEAR),
    Feature("surveys_unanswered", "surveys", "survey silence", "surveys", "{value} surveys left unanswered in {window}", 1, -1, ZERO,
            none="no survey left unanswered in {window}", aggregate="count(*) FILTER (answered_at IS NULL AND {filter})", window=YEAR),
)  # fmt: skip
