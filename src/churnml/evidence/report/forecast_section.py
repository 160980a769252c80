"""The report's section on the coming quarters."""

from collections.abc import Mapping
from typing import Any

from churnml.text.markdown import percent, safe, table
from churnml.text.number_format import money

RATES = ("grr", "nrr")


def section(told: Mapping[str, Any]) -> str:
    """The report's section on the coming quarters; what it rests on is said under the table."""
    if "not_enough" in told:
        return f"## The coming quarters\n\n{safe(told['not_enough'])}"
    rows = [tuple(_row(quarter)) for quarter in told["quarters"].values()]
    heading = ("To", "Churn", "Contraction", "Expansion", "GRR", "NRR")
    return f"## The coming quarters\n\n{_words(told)}\n\n" + table(heading, rows, "lrrrrr")


def _row(quarter: Mapping[str, Any]) -> list[str]:
    rates = [
        f"{percent(quarter[name]['expected'])} ({percent(quarter[name]['low'])} to {percent(quarter[name]['high'])})"
        for name in RATES
    ]
    flows = [money(quarter["churn_usd"]), money(quarter["contraction_usd"]), money(quarter["expansion_usd"])]
    return [quarter["closes_on"], *flows, *rates]


def _words(told: Mapping[str, Any]) -> str:
    shocks = told["shocks"]
    said = (
        f"Of {money(told['arr_usd'])} live on {told['as_of']}, counted from that day to each quarter's end; in brackets what holds "
        f"{told['interval']:.0%} of {told['paths']:,} simulated futures. A quarter's common shift of the odds has a standard deviation "
        f"of {shocks['churn']['sd']:.2f} for churn and {shocks['expansion']['sd']:.2f} for expansion, from "
        f"{shocks['churn']['quarters']} past quarters."
    )
    silent, learned = told["unproven"], told.get("learned_through")
    if learned:
        said = f"In hindsight: the model has since learned from outcomes up to {learned}, so this is no test of it. {said}"
    said += f" No proven signal for {' or '.join(silent)}: base rates stand in." if silent else ""
    scaled = told.get("scaled_down_share", 0.0)
    if scaled > 0:
        said += (
            f" On {percent(scaled)} of the accounts the chances asked for more than 100 % together; contraction and expansion are scaled "
            "down there, so that the chance to grow on the list is the higher one."
        )
    return said
