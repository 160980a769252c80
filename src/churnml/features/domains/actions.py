"""Actions: what the team did about an account. It follows earlier lists, not the customer, so nothing here has a direction."""

from churnml.features.spec import ZERO, Feature, View
from churnml.timeline import Window

HALF_YEAR, YEAR = Window(182), Window(365)

# Who was held out to learn what an action is worth has a row and no action.
TAKEN = View(
    "taken", "actions", "SELECT * FROM ({door}) WHERE NOT coalesce(is_held_out, false)", reach_days=YEAR.reach
)

FEATURES: tuple[Feature, ...] = (
    Feature(name="actions", source=TAKEN, concept="actions by the team", unit="actions", no_rows=ZERO,
            window=HALF_YEAR, phrase="{value} actions by the team in {window}", aggregate="count(*) {when}",
            none="no action by the team in {window}"),
    Feature(name="action_kinds", source=TAKEN, concept="actions by the team", unit="kinds", no_rows=ZERO,
            window=YEAR, phrase="{value} kinds of action by the team in {window}",
            none="no action by the team in {window}", aggregate="count(DISTINCT action) {when}"),
    Feature(name="action_age_days", source=TAKEN, concept="actions by the team", unit="days", no_rows=365,
            window=YEAR, phrase="{value} without an action by the team",
            aggregate="date_diff('day', CAST(max(clock) {when} AS DATE), max(as_of))"),
)  # fmt: skip
