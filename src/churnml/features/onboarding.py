"""Onboarding and goals: what was due and is still not reached."""

from churnml.features.spec import UNKNOWN, ZERO, Feature

# A goal missed more than a year ago is no longer being waited for.
FRESH = "due_at >= as_of - INTERVAL 365 DAY"
DUE = "coalesce(due_at, achieved_at) < as_of"

FEATURES: tuple[Feature, ...] = (
    Feature("milestones_overdue", "milestones", "onboarding", "milestones", "{value} onboarding milestones overdue", 1, -1, ZERO,
            none="no onboarding milestone overdue", aggregate=f"count(*) FILTER (achieved_at IS NULL AND due_at < as_of AND {FRESH})"),
    Feature("milestones_reached_share", "milestones", "onboarding", "share", "{value} of due milestones reached", -1, 1, UNKNOWN,
            none="none of the due milestones reached", aggregate=f"avg(CAST(achieved_at IS NOT NULL AS INTEGER)) FILTER ({DUE})"),
    Feature("onboarding_stalled_days", "milestones", "onboarding", "days", "onboarding is {value} behind", 1, -1, ZERO,
            none="onboarding on schedule", aggregate=f"max(date_diff('day', due_at, as_of)) FILTER (achieved_at IS NULL AND due_at < as_of AND {FRESH})"),
)  # fmt: skip
