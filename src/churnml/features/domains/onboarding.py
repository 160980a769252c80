"""Onboarding and goals: what was due and is still not reached, what came late, what comes next."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.features.sql import share

# A goal missed more than a year ago is no longer being waited for.
STALLED = "achieved_at IS NULL AND due_at < as_of AND due_at >= as_of - INTERVAL 365 DAY"
DUE = "coalesce(due_at, achieved_at) < as_of"

FEATURES: tuple[Feature, ...] = (
    Feature("milestones_overdue", "milestones", "onboarding", "milestones", "{value} onboarding milestones overdue", 1, -1, ZERO,
            none="no onboarding milestone overdue", aggregate=f"count(*) FILTER (WHERE {STALLED})"),
    Feature("milestones_reached_share", "milestones", "onboarding", "share", "{value} of due milestones reached", -1, 1, UNKNOWN,
            none="none of the due milestones reached", aggregate=share("achieved_at IS NOT NULL", DUE)),
    Feature("onboarding_stalled_days", "milestones", "onboarding", "days", "onboarding is {value} behind", 1, -1, ZERO,
            none="onboarding on schedule", aggregate=f"max(date_diff('day', CAST(due_at AS DATE), as_of)) FILTER (WHERE {STALLED})"),
    Feature("milestones_late_share", "milestones", "milestone timing", "share", "{value} of the milestones reached came late", 1, 0, UNKNOWN,
            none="every milestone reached came in time", aggregate=share("date_diff('day', CAST(due_at AS DATE), CAST(achieved_at AS DATE)) > 0", "achieved_at IS NOT NULL AND due_at IS NOT NULL")),
    Feature("next_milestone_in_days", "milestones", "milestone timing", "days", "next milestone due in {value}", 0, 0, UNKNOWN,
            none="a milestone is due today", aggregate="min(date_diff('day', as_of, CAST(due_at AS DATE))) FILTER (WHERE achieved_at IS NULL AND due_at >= as_of)"),
    Feature("milestone_age_days", "milestones", "milestone timing", "days", "last milestone reached {value} ago", 0, 0, UNKNOWN,
            aggregate="date_diff('day', CAST(max(achieved_at) AS DATE), max(as_of))"),
)  # fmt: skip
