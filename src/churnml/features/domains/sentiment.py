"""Sentiment: the latest survey answers, how they moved, how old they are, and surveys left unanswered (silence is not health).

NPS after Reichheld (*The One Number You Need to Grow*, 2003): 9 and 10 promote, 0 to 6 detract. Customer effort is asked both ways round
('it was easy', 'it was an effort'), so its score leans nowhere.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View
from churnml.features.sql import mean, per_100_seats, share
from churnml.timeline import Window

YEAR = Window(365)
NPS = "lower(kind) = 'nps' AND score IS NOT NULL"

# Each answer with its place among the account's, newest first, and among that person's. Answers given at once differ in nothing but their
# score; the higher one stands first, so that no order of rows is asked for.
ANSWERS = View("answers", "surveys", """
    SELECT snapshot, as_of, clock, lower(kind) AS kind, answered_at, score,
           row_number() OVER (PARTITION BY snapshot, lower(kind) ORDER BY answered_at DESC, score DESC) AS place,
           CASE WHEN respondent_id IS NULL THEN 1
                ELSE row_number() OVER (PARTITION BY snapshot, lower(kind), respondent_id ORDER BY answered_at DESC, score DESC) END AS own_place
    FROM ({door}) WHERE answered_at IS NOT NULL AND score IS NOT NULL""", needs=("answered_at", "score"))  # fmt: skip


def latest(kind: str) -> str:
    """SQL for the newest answer of a kind."""
    return f"max(score) FILTER (WHERE kind = '{kind}' AND place = 1 AND {{filter}})"


def change(kind: str) -> str:
    """SQL for the newest answer of a kind less the one before; unknown where there was none before."""
    return f"{latest(kind)} - max(score) FILTER (WHERE kind = '{kind}' AND place = 2)"


def of_people(condition: str) -> str:
    """SQL for the share of respondents whose newest NPS answer meets a condition."""
    return share(condition, "kind = 'nps' AND own_place = 1 AND {filter}")


FEATURES: tuple[Feature, ...] = (
    Feature("nps_latest", "surveys", "NPS", "score", "latest NPS answer {value} of 10", -1, 1, UNKNOWN, noun="the NPS answer",
            aggregate=f"arg_max(score, struct_pack(a := answered_at, s := score)) FILTER (WHERE {NPS} AND {{filter}})", window=YEAR,
            clock="answered_at"),
    Feature("nps_change", ANSWERS, "NPS", "score", "NPS answer moved by {value} against the one before", -1, 1, UNKNOWN,
            none="NPS answer as the one before", aggregate=change("nps"), window=YEAR, clock="answered_at"),
    Feature("nps_promoter_share", ANSWERS, "NPS", "share", "{value} of NPS respondents are promoters in {window}", -1, 1, UNKNOWN,
            none="no NPS respondent is a promoter in {window}", aggregate=of_people("score >= 9"), window=YEAR, clock="answered_at"),
    Feature("nps_detractor_share", ANSWERS, "NPS", "share", "{value} of NPS respondents are detractors in {window}", 1, -1, UNKNOWN,
            none="no NPS respondent is a detractor in {window}", aggregate=of_people("score <= 6"), window=YEAR, clock="answered_at"),
    Feature("nps_age_days", "surveys", "survey silence", "days", "latest NPS answer is {value} old", 0, 0, UNKNOWN,
            aggregate=f"date_diff('day', CAST(max(answered_at) FILTER (WHERE {NPS} AND {{filter}}) AS DATE), max(as_of))", window=YEAR, clock="answered_at"),
    Feature("csat_survey_mean", "surveys", "satisfaction surveys", "score", "satisfaction surveys average {value} over {window}", -1, 1, UNKNOWN, noun="the average of satisfaction surveys",
            aggregate=mean("score", "lower(kind) = 'csat' AND {filter}"), window=YEAR, clock="answered_at"),
    Feature("csat_survey_change", ANSWERS, "satisfaction surveys", "score", "satisfaction answer moved by {value} against the one before", -1, 1, UNKNOWN,
            none="satisfaction answer as the one before", aggregate=change("csat"), window=YEAR, clock="answered_at"),
    Feature("ces_latest", ANSWERS, "customer effort", "score", "latest customer effort answer {value}", 0, 0, UNKNOWN,
            aggregate=latest("ces"), window=YEAR, clock="answered_at"),
    Feature("ces_change", ANSWERS, "customer effort", "score", "customer effort answer moved by {value} against the one before", 0, 0, UNKNOWN,
            none="customer effort answer as the one before", aggregate=change("ces"), window=YEAR, clock="answered_at"),
    Feature("survey_response_share", "surveys", "survey silence", "share", "{value} of surveys answered in {window}", -1, 1, UNKNOWN,
            none="no survey answered in {window}", aggregate=share("answered_at IS NOT NULL", "{filter}"), window=YEAR),
    Feature("surveys_unanswered", "surveys", "survey silence", "surveys", "{value} surveys left unanswered in {window}", 1, -1, ZERO,
            none="no survey left unanswered in {window}", aggregate="count(*) FILTER (WHERE answered_at IS NULL AND {filter})", window=YEAR),
    Feature("survey_respondents", "surveys", "survey silence", "people", "{value} people answered a survey in {window}", 0, 0, ZERO,
            none="nobody answered a survey in {window}", aggregate="count(DISTINCT respondent_id) {when}", window=YEAR, clock="answered_at",
            is_input=False),
    Feature("survey_respondents_per_100_seats_365d", "surveys", "survey silence", "per 100 seats",
            "people who answered a survey per 100 seats in the last 365 days: {value}", 0, 0, UNKNOWN, formula=per_100_seats("survey_respondents_365d")),
)  # fmt: skip
