"""Sentiment: the latest survey answers, how they moved, how old they are, and surveys left unanswered (silence is not health).

NPS after Reichheld (*The One Number You Need to Grow*, 2003): 9 and 10 promote, 0 to 6 detract. Customer effort is asked both ways round
('it was easy', 'it was an effort'), so its score has no direction.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View
from churnml.features.sql import mean, per_100_seats, share
from churnml.timeline import Window

YEAR = Window(365)
NPS = "kind = 'nps' AND score IS NOT NULL"

# Each answer with its place among the account's, newest first, and among that person's. Answers given at once differ in nothing but their
# score; the higher one stands first, so that no order of rows is asked for.
ANSWERS = View("answers", "surveys", """
    SELECT snapshot, as_of, clock, kind, answered_at, score,
           row_number() OVER (PARTITION BY snapshot, kind ORDER BY answered_at DESC, score DESC) AS place,
           CASE WHEN respondent_id IS NULL THEN 1
                ELSE row_number() OVER (PARTITION BY snapshot, kind, respondent_id ORDER BY answered_at DESC, score DESC) END AS own_place
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
    Feature(name="nps_latest", source="surveys", concept="NPS", unit="score", churn=-1, expansion=1,
            no_rows=UNKNOWN, window=YEAR, clock="answered_at", phrase="latest NPS answer {value} of 10",
            noun="the NPS answer",
            aggregate=f"arg_max(score, struct_pack(a := answered_at, s := score)) FILTER (WHERE {NPS} AND {{filter}})"),
    Feature(name="nps_change", source=ANSWERS, concept="NPS", unit="score", churn=-1, expansion=1,
            no_rows=UNKNOWN, window=YEAR, clock="answered_at", none="NPS answer as the one before",
            phrase="NPS answer moved by {value} against the one before", aggregate=change("nps")),
    Feature(name="nps_promoter_share", source=ANSWERS, concept="NPS", unit="share", churn=-1, expansion=1,
            no_rows=UNKNOWN, window=YEAR, clock="answered_at", aggregate=of_people("score >= 9"),
            phrase="{value} of NPS respondents are promoters in {window}",
            none="no NPS respondent is a promoter in {window}"),
    Feature(name="nps_detractor_share", source=ANSWERS, concept="NPS", unit="share", churn=1, expansion=-1,
            no_rows=UNKNOWN, window=YEAR, clock="answered_at", aggregate=of_people("score <= 6"),
            phrase="{value} of NPS respondents are detractors in {window}",
            none="no NPS respondent is a detractor in {window}"),
    Feature(name="nps_age_days", source="surveys", concept="survey silence", unit="days", no_rows=UNKNOWN,
            window=YEAR, clock="answered_at", phrase="latest NPS answer is {value} old",
            aggregate=f"date_diff('day', CAST(max(answered_at) FILTER (WHERE {NPS} AND {{filter}}) AS "
                      "DATE), max(as_of))"),
    Feature(name="csat_survey_mean", source="surveys", concept="satisfaction surveys", unit="score",
            churn=-1, expansion=1, no_rows=UNKNOWN, window=YEAR, clock="answered_at",
            phrase="satisfaction surveys average {value} over {window}",
            noun="the average of satisfaction surveys",
            aggregate=mean("score", "kind = 'csat' AND {filter}")),
    Feature(name="csat_survey_change", source=ANSWERS, concept="satisfaction surveys", unit="score",
            churn=-1, expansion=1, no_rows=UNKNOWN, window=YEAR, clock="answered_at",
            phrase="satisfaction answer moved by {value} against the one before", aggregate=change("csat"),
            none="satisfaction answer as the one before"),
    Feature(name="ces_latest", source=ANSWERS, concept="customer effort", unit="score", no_rows=UNKNOWN,
            window=YEAR, clock="answered_at", phrase="latest customer effort answer {value}",
            aggregate=latest("ces")),
    Feature(name="ces_change", source=ANSWERS, concept="customer effort", unit="score", no_rows=UNKNOWN,
            window=YEAR, clock="answered_at", none="customer effort answer as the one before",
            phrase="customer effort answer moved by {value} against the one before", aggregate=change("ces")),
    Feature(name="survey_response_share", source="surveys", concept="survey silence", unit="share", churn=-1,
            expansion=1, no_rows=UNKNOWN, window=YEAR, phrase="{value} of surveys answered in {window}",
            none="no survey answered in {window}", aggregate=share("answered_at IS NOT NULL", "{filter}")),
    Feature(name="surveys_unanswered", source="surveys", concept="survey silence", unit="surveys", churn=1,
            expansion=-1, no_rows=ZERO, window=YEAR, phrase="{value} surveys left unanswered in {window}",
            none="no survey left unanswered in {window}",
            aggregate="count(*) FILTER (WHERE answered_at IS NULL AND {filter})"),
    Feature(name="survey_respondents", source="surveys", concept="survey silence", unit="people",
            no_rows=ZERO, window=YEAR, clock="answered_at", is_input=False,
            phrase="{value} people answered a survey in {window}",
            none="nobody answered a survey in {window}", aggregate="count(DISTINCT respondent_id) {when}"),
    Feature(name="survey_respondents_per_100_seats_365d", source="surveys", concept="survey silence",
            unit="per 100 seats", no_rows=UNKNOWN, formula=per_100_seats("survey_respondents_365d"),
            phrase="people who answered a survey per 100 seats in the last 365 days: {value}"),
)  # fmt: skip
