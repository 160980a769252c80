"""Onboarding and goals: what was due and is still not reached, what came late, what comes next."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.features.sql import share

# A goal missed more than a year ago is no longer being waited for.
STALLED = "achieved_at IS NULL AND due_at < as_of AND due_at >= as_of - INTERVAL 365 DAY"
DUE = "coalesce(due_at, achieved_at) < as_of"

FEATURES: tuple[Feature, ...] = (
    Feature(name="milestones_overdue", source="milestones", concept="onboarding", unit="milestones", churn=1,
            expansion=-1, no_rows=ZERO, phrase="{value} onboarding milestones overdue",
            none="no onboarding milestone overdue", aggregate=f"count(*) FILTER (WHERE {STALLED})"),
    Feature(name="milestones_reached_share", source="milestones", concept="onboarding", unit="share",
            churn=-1, expansion=1, no_rows=UNKNOWN, phrase="{value} of due milestones reached",
            none="none of the due milestones reached", aggregate=share("achieved_at IS NOT NULL", DUE)),
    Feature(name="onboarding_stalled_days", source="milestones", concept="onboarding", unit="days", churn=1,
            expansion=-1, no_rows=ZERO, phrase="onboarding is {value} behind", none="onboarding on schedule",
            aggregate=f"max(date_diff('day', CAST(due_at AS DATE), as_of)) FILTER (WHERE {STALLED})"),
    Feature(name="milestones_late_share", source="milestones", concept="milestone timing", unit="share",
            churn=1, no_rows=UNKNOWN, phrase="{value} of the milestones reached came late",
            none="every milestone reached came in time",
            aggregate=share("date_diff('day', CAST(due_at AS DATE), CAST(achieved_at AS DATE)) > 0", "achieved_at IS NOT NULL AND due_at IS NOT NULL")),
    Feature(name="next_milestone_in_days", source="milestones", concept="milestone timing", unit="days",
            no_rows=UNKNOWN, phrase="next milestone due in {value}", none="a milestone is due today",
            aggregate="min(date_diff('day', as_of, CAST(due_at AS DATE))) FILTER (WHERE achieved_at IS NULL "
                      "AND due_at >= as_of)"),
    Feature(name="milestone_age_days", source="milestones", concept="milestone timing", unit="days",
            no_rows=UNKNOWN, phrase="last milestone reached {value} ago",
            aggregate="date_diff('day', CAST(max(achieved_at) AS DATE), max(as_of))"),
)  # fmt: skip
