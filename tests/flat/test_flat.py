"""Flat tables: read as they are written, stopped by what knows the outcome, judged without a claim about time."""

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from churnml.cli import main
from churnml.data.book import read_dialect
from churnml.errors import BookError, NotEnoughError, SettingsError
from churnml.flat.column_types import typed
from churnml.flat.cross_validation import cross_validate
from churnml.flat.flat import FlatFile, Opened, judge_table, open_flat, read_flat, render_flat
from churnml.flat.table import Roles, flat_table
from churnml.learn.leakage.audit import audit_table
from churnml.params.root import load_params
from churnml.results.alarms import Audit
from tests.mini_book import lay_over

pytestmark = pytest.mark.slow

SIZE = 400
FEW = {"n_repeats": 1, "n_bootstraps": 30, "lightgbm": {"n_boosters": 2, "n_estimators": 20}}
"""Enough to find the planted signal; that more trees and resamples find it better is not what these tests are of."""


@pytest.fixture(scope="module")
def params(root):
    """The house's settings, with fewer trees and resamples."""
    return load_params(root / "params.yaml", {"flat": FEW})


@pytest.fixture(scope="module")
def sheet():
    """Customers with odd column names, odd values and a signal."""
    rng = np.random.default_rng(0)
    logins = rng.poisson(6, SIZE)
    y_true = rng.random(SIZE) < 1 / (1 + np.exp(0.6 * (logins - 4)))
    signed = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, SIZE), unit="D")
    return pd.DataFrame({
        "Customer No": [f"{i:05d}" for i in range(SIZE)], 'Log-ins {per} "week"': logins, "Plan": rng.choice(["Basic", "Größe L"], SIZE),
        "Signed": signed.strftime("%d/%m/%Y"), "Revenue": [f"${v:,.2f}" for v in rng.lognormal(8, 1, SIZE)],
        "Total": np.where(rng.random(SIZE) < 0.1, " ", rng.integers(1, 99, SIZE).astype(str)), "Country": "DE",
        "Note": [f"note {i % 200}" for i in range(SIZE)], "Left": np.where(y_true, "Yes", "No"),
    })  # fmt: skip


@pytest.fixture
def file(sheet, tmp_path):
    sheet.to_csv(tmp_path / "flat.csv", index=False)
    return tmp_path / "flat.csv"


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    """A project whose trees are few, so that a command is quick."""
    found = tmp_path_factory.mktemp("project")
    (found / "dvc.yaml").write_bytes((root / "dvc.yaml").read_bytes())
    settings = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    lay_over(settings["flat"], FEW)
    (found / "params.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return found


def run(project, monkeypatch, *arguments):
    monkeypatch.chdir(project)
    return CliRunner().invoke(main, ["flat", *map(str, arguments)])


ROLES = Roles("Left", id="Customer No", value="Revenue")


def test_a_file_is_read_as_it_is_written(file, params):
    table = open_flat(file, ROLES, None, params).table
    assert table.rows["Revenue"].dtype == float and (table.value > 0).all()
    assert table.rows["Total"].isna().sum() > 10
    assert table.rows["Signed"].min() == 0 and table.rows["Signed"].max() > 600  # days before the newest day
    assert [f.column for f in table.features] == [
        'Log-ins {per} "week"',
        "Plan",
        "Signed",
        "Revenue",
        "Total",
    ]
    assert table.notices == ("Country: one value", "Note: text of 200 different values")
    assert table.customers[1] == "00001"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_every_kind_of_file_gives_the_same_table(sheet, tmp_path, params, suffix):
    write = {"csv": sheet.to_csv, "xlsx": sheet.to_excel, "parquet": sheet.to_parquet}[suffix]
    write(tmp_path / f"flat.{suffix}", index=False)
    table = open_flat(tmp_path / f"flat.{suffix}", ROLES, None, params).table
    pd.testing.assert_frame_equal(table.rows, flat_table(sheet, ROLES, params.flat).rows)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5", ""], "number"), (["1,200", "$3,400.50"], "number"), (["1.200,5", "17"], "number"), (["2,5", "3,75"], "number"),
        (["007", "12"], "category"), (["2024-01-31", "N/A"], "date"), (["31.01.2024", "1.2.2024"], "date"), (["yes", "no"], "category"),
        ([True, False], "number"), ([None, None], "category"),
    ],
)  # fmt: skip
def test_kinds(values, kind):
    assert typed(pd.Series(values), 0.0, None).kind == kind


def test_days_that_may_be_read_two_ways_are_refused_or_said():
    raw = pd.Series(["03/04/2024", "05/06/2024"], name="Signed")
    with pytest.raises(BookError, match="--dates day-first"):
        typed(raw, 0.0, None)
    assert typed(raw, 0.0, "day-first").values.iloc[0] == pd.Timestamp("2024-04-03")
    assert typed(raw, 0.0, "month-first").values.iloc[0] == pd.Timestamp("2024-03-04")


def test_the_command_says_first_that_time_is_not_proved(project, monkeypatch, file):
    found = run(project, monkeypatch, file, "--outcome", "Left", "--id", "Customer No", "--value", "Revenue")
    assert found.exit_code == 0, found.output
    assert found.output.startswith("NOTHING HERE IS PROVED ABOUT TIME")
    for words in (
        "400 customers",
        "LightGBM bag",
        "logistic",
        "expected loss - probability",
        "by Revenue alone",
        "not used: Note",
    ):
        assert words in found.output


def test_a_leak_stops_the_command_with_the_line_to_paste(project, monkeypatch, sheet, tmp_path):
    leaky = sheet.assign(
        **{"Why gone?": np.where(sheet["Left"] == "Yes", "price", ""), "CLTV": 1 + np.arange(SIZE) % 50}
    )
    leaky.to_csv(tmp_path / "leaky.csv", index=False)
    flags = [tmp_path / "leaky.csv", "--outcome", "Left", "--id", "Customer No"]
    found = run(project, monkeypatch, *flags)
    assert found.exit_code == 2
    assert "--drop 'Why gone?' --drop CLTV" in found.output
    assert "Traceback" not in found.output and "NOTHING" not in found.output
    assert run(project, monkeypatch, *flags, "--drop", "Why gone?", "--drop", "CLTV").exit_code == 0


def test_an_older_export_shows_what_was_rewritten(project, monkeypatch, sheet, tmp_path):
    gone = sheet["Left"] == "Yes"
    sheet.assign(Left="No").to_csv(tmp_path / "old.csv", index=False)
    sheet.assign(Plan=sheet["Plan"].where(~gone | (np.arange(SIZE) % 2 == 0), "Basic")).to_csv(
        tmp_path / "new.csv", index=False
    )
    flags = [tmp_path / "new.csv", "--outcome", "Left", "--earlier", tmp_path / "old.csv"]
    found = run(project, monkeypatch, *flags, "--id", "Customer No")
    assert found.exit_code == 2 and "--drop Plan" in found.output and "L4 " in found.output
    assert "--id" in run(project, monkeypatch, *flags).output


@pytest.mark.parametrize(
    ("change", "roles", "words"),
    [
        ({}, Roles("Lft"), "did you mean 'Left'"),
        ({"Left": "maybe"}, Roles("Left"), "--yes VALUE"),
        ({"Left": [*["A", "B", "C", "D"] * 100]}, Roles("Left"), "'A', 'B', 'C', 'D'"),
        ({"Customer No": "1"}, ROLES, "one row a customer"),
        ({}, Roles("Left", value="Plan"), "holds no numbers"),
        ({"Revenue": -1.0}, Roles("Left", value="Revenue"), "nothing in it is above zero"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(sheet, params, change, roles, words):
    with pytest.raises((BookError, SettingsError), match=words):
        flat_table(sheet.assign(**change), roles, params.flat)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "empty.csv").write_text("a,b\n")
    (tmp_path / "no.parquet").write_text("x")
    for name, words in {
        "empty.csv": "no rows",
        "no.parquet": "cannot be read",
        "absent.csv": "does not exist",
        "x.docx": "no kind",
    }.items():
        with pytest.raises(BookError, match=words):
            read_flat(tmp_path / name)
    (tmp_path / "latin.csv").write_bytes("Straße;n\nGlück;1\n".encode("latin-1"))
    with pytest.raises(
        BookError, match=r"'latin.csv' is not UTF-8 text \(line 1\).*say --dialect 'encoding=cp1252'"
    ):
        read_flat(tmp_path / "latin.csv")
    dialect = read_dialect(["encoding=latin-1", "delimiter=;"])
    assert list(read_flat(tmp_path / "latin.csv", dialect).rows) == ["Straße", "n"]


@pytest.mark.parametrize(("text", "words"), [
    ("id;left\n1;yes\n", r"line 1, its header, is one column.*say --dialect 'delimiter=;'"),
    ("Customers of May\nid,left\n1,yes\n2,no\n", r"names 1 of 2 columns: 'Customers of May'.*--dialect 'header_row=2'"),
    ("id,left\n1,yes\n2,no\nTotal 2\n", r"line 4 has 1 field, the header 2; delete the lines below the table"),
])  # fmt: skip
def test_a_dialect_is_never_guessed(tmp_path, text, words):
    (tmp_path / "flat.csv").write_text(text)
    with pytest.raises(BookError, match=words):
        read_flat(tmp_path / "flat.csv")


def test_no_row_of_a_flat_file_is_lost(tmp_path):
    rows = "".join(f"{i},yes\n" for i in range(21_000))
    (tmp_path / "flat.csv").write_text(f'id,left\n{rows}#N/A,no\n7,"a ""b"", c"\n')
    read = read_flat(tmp_path / "flat.csv").rows
    assert len(read) == 21_002 and read["left"].iloc[-1] == 'a "b", c'


def test_every_row_of_a_flat_file_is_accounted_for(project, monkeypatch, sheet, tmp_path):
    """A line break within quotes, rows without an outcome, amounts that are none: all are counted or named."""
    sheet = sheet.assign(Left=np.where(np.arange(SIZE) < 3, "", sheet["Left"]))
    sheet.loc[5, "Plan"], sheet.loc[[7, 9], "Revenue"] = "Basic\nyearly", "#REF!"
    sheet.to_csv(tmp_path / "flat.csv", index=False)
    printed = run(
        project, monkeypatch, tmp_path / "flat.csv", "--outcome", "Left", "--value", "Revenue"
    ).output
    assert "flat.csv: 402 lines, 400 rows read, 397 kept, 3 left out" in printed
    assert "not used: Revenue: 2 values like '#REF!', which are no number as the others are" in printed


@pytest.mark.parametrize(("values", "said", "read"), [
    (["6.000", "800", "1.250"], ["thousands=."], [6000, 800, 1250]), (["6.000", "800", "1.250"], ["decimal=."], [6, 800, 1.25]),
    (["1,234", "17"], ["thousands=,"], [1234, 17]), (["1,234", "17"], ["decimal=,"], [1.234, 17]),
    (["1 200,5", "7"], ["thousands= ", "decimal=,"], [1200.5, 7]), (["1'200.50", "7"], ["thousands='"], [1200.5, 7]),
])  # fmt: skip
def test_a_flat_files_numbers_are_read_as_declared(values, said, read):
    column = pd.Series(values, name="margin")
    found = typed(column, 0.0, None, read_dialect(said))
    assert (found.kind, found.values.tolist()) == ("number", read)
    if "'" not in values[0] and " " not in values[0]:
        with pytest.raises(BookError, match=r"'margin' holds .* numbers like .*--dialect 'thousands="):
            typed(column, 0.0, None)


def test_a_flat_files_words_for_nothing_are_those_declared():
    column = pd.Series(["5", "k.A.", "NULL"])
    assert typed(column, 0.0, None).kind == "category"
    assert typed(column, 0.0, None, read_dialect(["null_words=k.A.,NULL"])).kind == "number"
    assert typed(pd.Series(["price", "NULL"]), 0.0, None).values.tolist() == ["price", None]
    assert typed(pd.Series(["price", "NULL"]), 0.0, None, read_dialect(["null_words=-"])).values[1] == "NULL"


def test_numbers_not_written_as_declared_are_refused():
    with pytest.raises(
        BookError, match=r"'margin' holds numbers like 3\.5, which are not written as --dialect says"
    ):
        typed(pd.Series(["3.5", "7"], name="margin"), 0.0, None, read_dialect(["decimal=,"]))
    with pytest.raises(SettingsError, match="decimal and thousands are the same sign"):
        read_dialect(["decimal=,", "thousands=,"])


def test_text_after_a_day_is_not_thrown_away():
    found = typed(pd.Series([*["2024-01-31 10:00"] * 9, "2024-02-30", "2024-1-5 garbage"]), 0.2, None)
    assert found.kind == "date" and found.strays == ("2024-02-30", "2024-1-5 garbage")
    assert typed(pd.Series(["2024-01-31 garbage"] * 3), 0.2, None).kind == "category"


def test_too_few_of_a_kind_are_not_judged(sheet, params):
    few = flat_table(sheet.assign(Left=["Yes"] * 9 + ["No"] * (SIZE - 9)), ROLES, params.flat)
    with pytest.raises(NotEnoughError, match="9 customers of one kind"):
        cross_validate(few, params.train, params.health, params.flat)


def test_every_customer_is_predicted_once_a_repeat_and_the_same_each_time(sheet, params):
    table = flat_table(sheet, ROLES, params.flat)
    first, again = (cross_validate(table, params.train, params.health, params.flat) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert list(first["customer"]) == list(sheet["Customer No"])
    assert first.groupby("fold")["is_outcome"].sum().pipe(lambda held: held.max() - held.min()) <= 1


def test_shuffled_outcomes_have_no_signal(sheet, params):
    drawn = sheet.assign(Left=np.random.default_rng(5).permutation(sheet["Left"]))
    table = flat_table(drawn, ROLES, params.flat)
    opened = Opened(FlatFile("drawn.csv", drawn), table, Audit("Left", len(table.rows), 0, ()))
    assert "No proven signal" in render_flat(opened, judge_table(table, params))


def test_an_outcome_written_as_one_point_nought_is_plain(sheet, params):
    floats = sheet.assign(Left=np.where(sheet["Left"] == "Yes", "1.0", "0.0"))
    assert flat_table(floats, ROLES, params.flat).y_true.sum() == (sheet["Left"] == "Yes").sum()


@pytest.mark.shared
def test_telco_leak_names_every_column_written_after_the_fact(shared, params):
    roles = Roles("Churn Value", id="CustomerID")
    audit = open_flat(shared / "telco_leak" / "Telco_customer_churn.xlsx", roles, None, params).audit
    assert audit.stopped_columns == ["Churn Label", "Churn Score", "CLTV", "Churn Reason"]
    assert {a.check for a in audit.stops if a.column == "Churn Score"} == {"L1", "L6"}


@pytest.mark.shared
def test_powerco_is_silent_and_its_money_lies_where_the_loss_is_expected(shared, params):
    few = read_flat(shared / "powerco" / "client_data.csv").rows[::4]
    table = flat_table(few, Roles("churn", id="id", value="net_margin"), params.flat)
    assert audit_table(table.rows, table.y_true, table.customers, "churn", params.leakage).alarms == ()
    trees = judge_table(table, params)["models"]["lightgbm_bag"]
    assert trees["roc_auc"].low > 0.55
    assert trees["gain"].low > 0.05
