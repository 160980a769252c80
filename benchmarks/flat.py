"""Two flat tables that are public: what the alarms name in one, and where the money lies in the other.

`python -m benchmarks.flat ../shared/data`
"""

import sys
from pathlib import Path
from typing import Any

from churnml.flat.flat import judge_table, open_flat
from churnml.flat.table import Roles
from churnml.params.root import Params
from churnml.paths import Paths
from churnml.results.interval import Interval
from churnml.text.number_format import interval

TELCO = Roles("Churn Value", id="CustomerID")
TELCO_HONEST = Roles(
    "Churn Value", id="CustomerID", drop=("Churn Label", "Churn Score", "Churn Reason", "CLTV")
)
POWERCO = Roles("churn", id="id", value="net_margin")


def figures(file: Path, roles: Roles, params: Params) -> dict[str, Any]:
    """The trees' figures on a file whose alarms are silent."""
    opened = open_flat(file, roles, None, params)
    assert not opened.audit.stops, opened.audit.stopped_columns
    judged: dict[str, Any] = judge_table(opened.table, params)["models"]["lightgbm_bag"]
    return judged


def figure_text(figure: Interval) -> str:
    """A figure with its interval."""
    return interval(figure, "{:.3f}".format)


def main() -> None:
    """Prints one line a table."""
    data, params = Path(sys.argv[1]).resolve(), Paths.here().params()
    telco, powerco = data / "telco_leak" / "Telco_customer_churn.xlsx", data / "powerco" / "client_data.csv"
    stopped = open_flat(telco, TELCO, None, params).audit.stopped_columns
    honest = figures(telco, TELCO_HONEST, params)
    print(
        f"telco_leak: alarms stop on {', '.join(stopped)}; without them ROC-AUC {figure_text(honest['roc_auc'])}",
        flush=True,
    )
    money = figures(powerco, POWERCO, params)
    print(
        f"powerco: ROC-AUC {figure_text(money['roc_auc'])}; lost net_margin in the top tenth {figure_text(money['by_expected_loss'])} by expected loss, "
        f"{figure_text(money['by_probability'])} by probability, paired gain {figure_text(money['gain'])}"
    )


if __name__ == "__main__":
    main()
