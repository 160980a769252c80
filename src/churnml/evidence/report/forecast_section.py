"""The report's section on the coming quarters."""

from churnml.results.forecast import BookForecast, Quarter, Rate
from churnml.results.stored import NotEnough
from churnml.text.markdown import safe, table
from churnml.text.number_format import interval, money, percent


def section(forecast: BookForecast | NotEnough) -> str:
    """The report's section on the coming quarters; what it rests on is said under the table."""
    if isinstance(forecast, NotEnough):
        return f"## The coming quarters\n\n{safe(forecast.reason)}"
    heading = ("To", "Churn", "Contraction", "Expansion", "GRR", "NRR")
    rows = [_row(quarter) for quarter in forecast.quarters.values()]
    return f"## The coming quarters\n\n{_words(forecast)}\n\n" + table(heading, rows, "lrrrrr")


def _row(quarter: Quarter) -> list[str]:
    flows = (quarter.churn_usd, quarter.contraction_usd, quarter.expansion_usd)
    return [quarter.closes_on, *map(money, flows), _rate(quarter.grr), _rate(quarter.nrr)]


def _rate(rate: Rate) -> str:
    return interval(rate.interval, percent)


def _words(forecast: BookForecast) -> str:
    churn, expansion = forecast.shocks["churn"], forecast.shocks["expansion"]
    text = (
        f"Of {money(forecast.arr_usd)} live on {forecast.as_of}, counted from that day to each quarter's end; in brackets what holds "
        f"{forecast.interval:.0%} of {forecast.paths:,} simulated futures. A quarter's common shift of the odds has a standard deviation "
        f"of {churn.sd:.2f} for churn and {expansion.sd:.2f} for expansion, from {churn.quarters} past quarters."
    )
    if forecast.learned_through:
        text = f"In hindsight: the model has since learned from outcomes up to {forecast.learned_through}, so this is no test of it. {text}"
    if forecast.unproven:
        text += f" No proven signal for {' or '.join(forecast.unproven)}: base rates stand in."
    scaled = forecast.scaled_down_share
    if scaled > 0:
        text += (
            f" On {percent(scaled)} of the accounts the chances asked for more than 100 % together; contraction and expansion are scaled "
            "down there, so that the chance to grow on the list is the higher one."
        )
    return text
