"""Size is not health: a concept that follows ARR has a twin that does not."""

from datetime import date

import pandas as pd
import pytest

from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.features.size import size_bias, size_report, too_large
from churnml.features.spec import ZERO, Feature
from churnml.params.snapshots import Revenue, Snapshots

ARR = Feature(
    name="arr_usd",
    source="contracts",
    concept="contract value",
    unit="usd",
    no_rows=ZERO,
    phrase="{value}",
    aggregate="sum(arr)",
)
COUNT = Feature(
    name="calls",
    source="touches",
    concept="calls",
    unit="calls",
    no_rows=ZERO,
    phrase="{value} calls",
    aggregate="count(*)",
)
TWIN = Feature(
    name="calls_per_100_seats",
    source="touches",
    concept="calls",
    unit="per 100 seats",
    no_rows=ZERO,
    phrase="{value}",
    formula="calls / seats",
)
BUILT = pd.DataFrame(
    {
        "arr_usd": [1.0, 2.0, 3.0, 4.0],
        "calls": [1.0, 2.0, 4.0, 9.0],
        "calls_per_100_seats": [2.0, 1.0, 1.0, 2.0],
    }
)


def test_a_count_that_grows_with_arr_is_named() -> None:
    bias = size_bias(BUILT, [ARR, COUNT])
    assert bias.loc[0, ["concept", "column", "correlation"]].tolist() == [
        "calls",
        "calls",
        pytest.approx(1.0),
    ]
    assert too_large(bias, 0.5) == ["calls"]


def test_a_twin_beside_seats_mends_it() -> None:
    bias = size_bias(BUILT, [ARR, COUNT, TWIN])
    assert bias.loc[0, "twin"] == "calls_per_100_seats"
    assert bias.loc[0, "twin_correlation"] == pytest.approx(0.0)
    assert too_large(bias, 0.5) == []


def test_a_twin_that_follows_arr_itself_mends_nothing() -> None:
    built = BUILT.assign(calls_per_100_seats=BUILT["calls"] ** 2)
    assert too_large(size_bias(built, [ARR, COUNT, TWIN]), 0.5) == ["calls"]


@pytest.mark.parametrize("values", [[None, None, 3.0, 3.0], [float("nan")] * 4])
def test_a_column_that_never_varies_is_neither_the_worst_nor_a_twin(values: list[float | None]) -> None:
    bias = size_bias(BUILT.assign(calls_per_100_seats=values), [ARR, COUNT, TWIN])
    assert bias["column"].tolist() == ["calls"]
    assert bias["twin"].isna().all()
    assert too_large(bias, 0.5) == ["calls"]


def test_a_concept_that_never_varies_is_left_out() -> None:
    built = BUILT.assign(calls=[None, None, 3.0, 3.0])
    assert size_bias(built, [ARR, COUNT]).empty
    assert size_report(built, [ARR, COUNT]).endswith(
        "0 concepts, 0 above 0.5 against ARR, 0 of them without a twin"
    )


@pytest.mark.xfail(
    strict=True,
    reason="longest_gap_days follows ARR at -0.55 since some accounts come by the month; a twin against the account's own past is to come",
)
def test_no_concept_of_the_sample_is_mere_size(sample_tables: Tables) -> None:
    features = available(sample_tables)
    day = date(2024, 5, 16)
    snapshots = current(
        sample_tables, day, Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45),
        Snapshots(lead_days=(90,), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91),
    )  # fmt: skip
    assert too_large(size_bias(build(sample_tables, snapshots, features), features), 0.5) == []


def test_the_table_says_what_to_do() -> None:
    said = size_report(BUILT, [ARR, COUNT])
    assert (
        said.splitlines()[-1] == "calls: add a column per seat, per dollar or against the account's own past"
    )
    assert "1 above 0.5 against ARR, 1 of them without a twin" in said
