"""Actions: what the team did about an account. It follows earlier lists, not the customer, so nothing here leans anywhere."""

from churnml.features.spec import ZERO, Feature, View
from churnml.timeline import Window

HALF_YEAR, YEAR = Window(182), Window(365)

# Who was held out to learn what an action is worth has a row and no action.
TAKEN = View(
    "taken", "actions", "SELECT * FROM ({door}) WHERE NOT coalesce(is_held_out, false)", reach_days=YEAR.reach
)

FEATURES: tuple[Feature, ...] = (
    Feature("actions", TAKEN, "actions by the team", "actions", "{value} actions by the team in {window}", 0, 0, ZERO,
            none="no action by the team in {window}", aggregate="count(*) {when}", window=HALF_YEAR),
    Feature("action_kinds", TAKEN, "actions by the team", "kinds", "{value} kinds of action by the team in {window}", 0, 0, ZERO,
            none="no action by the team in {window}", aggregate="count(DISTINCT action) {when}", window=YEAR),
    Feature("action_age_days", TAKEN, "actions by the team", "days", "last action by the team {value} ago", 0, 0, 365,
            aggregate="date_diff('day', CAST(max(clock) {when} AS DATE), max(as_of))", window=YEAR),
)  # fmt: skip
