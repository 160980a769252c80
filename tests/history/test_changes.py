"""Two days of a small book, scored and published: what the second says of the first."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from churnml.data.tables import Tables
from churnml.errors import PublishError
from churnml.features.catalog import CATALOG
from churnml.formats.terminal import risk_list as terminal
from churnml.formats.terminal.account import explain
from churnml.formats.terminal.changes import render
from churnml.history import compare as against
from churnml.history.compare import compare_published
from churnml.history.list_facts import FEATURE, FILE, read_facts
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Scores
from churnml.learn.log_odds import sigmoid
from churnml.listing import champions
from churnml.listing.columns import read_list
from churnml.listing.list_settings import ListSettings
from churnml.params.features import Features
from churnml.params.score import Bands, Score, TrackRecord
from churnml.publish.score import score_book
from churnml.results.stored import as_json
from churnml.text.width import PAGE, width
from tests.books import make_tables, term
from tests.formats.terminal.test_printed import check_golden
from tests.listing.fakes import list_metadata
from tests.publish.test_score import DAY, HEALTH, REVENUE, SCORE, SNAPSHOTS

SETTINGS = SCORE.model_copy(
    update={
        "look_back_days": 28,
        "bands": Bands(high=3.0, elevated=1.5, memory_days=100),
        "track_record": TrackRecord(max_lists=9, confidence=0.9),
    }
)
Publish = Callable[..., Path]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Accounts that stay, renew, go, come and give notice between December and January."""
    terms = [
        term("stays", "2024-03-01", "2025-03-01", 4000), term("goes", "2023-12-10", "2024-12-10", 9000),
        term("renews", "2023-12-20", "2024-12-20", 3000), term("renews", "2024-12-20", "2025-12-20", 3000),
        term("notice", "2024-02-01", "2025-02-01", 2000, notice_at="2024-12-15"), term("comes", "2024-12-20", "2025-12-20", 500),
    ]  # fmt: skip
    names = dict.fromkeys(row["account_id"] for row in terms)
    accounts = [{"account_id": name, "name": f"=1+1 {name}\x1b[31m"} for name in names]
    return make_tables(
        tmp_path_factory.mktemp("book"), {"accounts": accounts, "contracts": terms}, last_day=DAY
    )


COLUMNS = ["tenure_days", "has_notice", "renewal_in_days"]


class NearerIsRiskier:
    """A champion for which a near renewal is all that counts; its folder says how far a refit moved it."""

    base_rate, fingerprint, outcome = 0.1, "f1", "churn"
    trained_through, longest_lead_days = date(2024, 6, 1), {"200 to 399 days": 900, "unknown length": 900}
    health, lifetime, model = None, None, None
    columns = COLUMNS
    features = tuple(feature for feature in CATALOG if feature.column in COLUMNS)
    medians = dict.fromkeys(COLUMNS, 1.0)

    def __init__(self, shift: float) -> None:
        self.shift = shift

    @classmethod
    def load(cls, folder: Path) -> "NearerIsRiskier":
        """The champion of a folder."""
        return cls(float((folder / "shift").read_text(encoding="utf-8")))

    def replay(self) -> None:
        """Nothing to compare."""

    def probability(self, built: pd.DataFrame) -> FloatArray:
        """Higher the nearer the renewal."""
        return sigmoid(self.shift - built["renewal_in_days"].to_numpy(dtype=float) / 100)

    def score_rows(self, built: pd.DataFrame) -> Scores:
        """Chances, and no reason."""
        chance = self.probability(built)
        flat = np.zeros(len(chance))
        return Scores(built, built[COLUMNS], chance, flat, 0.0, built[COLUMNS] * 0.0, flat)


@pytest.fixture
def publish(tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Scores a day of the book, with a champion or without any signal."""
    for module in (champions, against):
        monkeypatch.setattr(module, "Bundle", NearerIsRiskier)

    def score(
        day: date = DAY,
        *,
        is_proven: bool = True,
        shift: float = 0.0,
        lists: str = "lists",
        settings: Score = SETTINGS,
    ) -> Path:
        said = list_metadata(is_proven=is_proven)
        champion = tmp_path / "champion"
        for outcome in ("churn", "expansion"):
            (champion / outcome).mkdir(parents=True, exist_ok=True)
            (champion / outcome / "shift").write_text(str(shift), encoding="utf-8")
        verdicts = {v.outcome: as_json(v) for v in (said.churn, said.expansion)}
        (champion / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
        return score_book(
            tables.folder, champion, tmp_path / lists, ListSettings(settings, HEALTH, REVENUE, SNAPSHOTS), day
        )

    return score


THEN = date(2024, 12, 4)


def page(folder: Path, tables: Tables, since: date | None = None) -> str:
    """What ``churnml changes`` prints."""
    earlier = folder.with_name(since.isoformat()) if since else None
    champion = folder.parents[1] / "champion"
    return render(
        *compare_published(folder, earlier, Features(), champion, tables.folder, tables.folder / "daily"), 5
    )


def test_the_first_list_looks_back_and_says_so(publish: Publish, tables: Tables) -> None:
    day = publish()
    listed, said = read_list(day)
    rows = listed.set_index("account_id")
    assert said.changed.startswith("Since 2024-12-04, looked back with today's model: expected loss ")
    assert rows.loc["stays", "change_calendar"] == rows.loc["stays", "change"] > 0.05
    assert (rows["change_model"].dropna() == 0).all()
    assert rows.loc["renews", "change_data"] == rows.loc["renews", "change"] < 0
    assert rows.loc["notice", "change_calendar"] == 0
    assert not day.with_name("2024-12-04").exists()
    assert rows["band"].equals(rows["band_reading"])  # nobody read a band before, so none is held
    again = publish(lists="again")
    assert [f.name for f in sorted(day.iterdir()) if f.read_bytes() != (again / f.name).read_bytes()] == []
    told = json.loads((day / "summary.json").read_text(encoding="utf-8"))["changes"]
    assert (told["since"], told["is_looked_back"]) == ("2024-12-04", True)
    assert "There is no earlier day" not in page(day, tables)


def test_a_look_back_equals_a_list_published_then_and_the_page_reads_well(
    publish: Publish, tables: Tables
) -> None:
    alone = publish()
    publish(THEN, lists="both")
    both = publish(lists="both")
    columns = [
        "account_id",
        "band_reading",
        "change",
        "change_data",
        "change_calendar",
        "change_model",
        "rank_before",
        "movement",
    ]
    assert read_list(alone)[0][columns].equals(read_list(both)[0][columns])
    text = page(both, tables)
    check_golden("changes.txt", text)
    assert "\x1b" not in text
    assert max(map(width, text.splitlines())) <= PAGE
    assert page(both, tables, THEN) == text


def test_a_refit_between_two_lists_is_the_models_part(publish: Publish) -> None:
    before, after = publish(THEN), publish(shift=1.0)
    rows = read_list(after)[0].set_index("account_id")
    assert [name for name in pq.read_schema(after / FILE).names if name.startswith(FEATURE)] == [
        "feature_tenure_days", "feature_has_notice", "feature_renewal_in_days",
    ]  # fmt: skip
    exact = [read_facts(day).rows["churn_probability"] for day in (before, after)]
    assert (
        rows.loc["stays", "change"] == exact[1]["stays"] - exact[0]["stays"]
    )  # not rounded, unlike the chance
    assert rows.loc["stays", "change_model"] > 0.05
    parts = rows[["change_data", "change_calendar", "change_model"]].sum(axis=1)
    np.testing.assert_allclose(parts[rows["change"].notna()], rows["change"].dropna(), rtol=0, atol=1e-12)


def test_against_any_day_the_split_needs_the_model_that_made_the_list(
    publish: Publish, tables: Tables, tmp_path: Path
) -> None:
    publish(date(2024, 11, 1))
    publish(THEN)
    day = publish()
    assert "Compared with the list of 2024-11-01" in page(day, tables, date(2024, 11, 1))
    (tmp_path / "champion" / "churn" / "shift").write_text("1.0", encoding="utf-8")
    text = page(day, tables, date(2024, 11, 1))
    assert "no longer the promoted one" in text.replace("\n", " ")
    assert "calendar" not in text
    assert "not split (another model)" in text and "(data)" not in text
    assert re.search(r"place 1 from \d", text) and "not judged" not in text
    with pytest.raises(PublishError, match=r"no list of 2024-11-02 was published"):
        page(day, tables, date(2024, 11, 2))
    with pytest.raises(PublishError, match=r"2025-01-01 is not before 2025-01-01"):
        page(day, tables, DAY)


def test_without_a_signal_moves_are_told_and_no_chances(publish: Publish, tables: Tables) -> None:
    day = publish(is_proven=False)
    listed, said = read_list(day)
    assert listed["change"].isna().all()
    assert listed.set_index("account_id").loc["comes", "movement"] == "new account"
    assert (
        said.changed == "Since 2024-12-04, looked back with today's order: 1 new among those to call, 1 off."
    )
    text = page(day, tables)
    assert "term ended, next not recorded yet" in text  # the term of 'goes' ended three weeks ago
    assert "place" in explain(day, "stays")


def test_a_book_too_short_to_look_back_has_no_changes(publish: Publish, tables: Tables) -> None:
    day = publish(settings=SETTINGS.model_copy(update={"look_back_days": 2000}))
    listed, said = read_list(day)
    assert said.changed == ""
    assert listed["change"].isna().all()
    assert listed["movement"].eq("").all()
    assert "There is no earlier day to compare with." in page(day, tables)
    assert json.loads((day / "summary.json").read_text(encoding="utf-8"))["changes"] is None


def test_a_band_is_held_and_its_reading_kept(publish: Publish, tmp_path: Path) -> None:
    publish(THEN, shift=-1.5)
    once = read_list(publish())[0].set_index("account_id")
    assert (once.loc["stays", "band"], once.loc["stays", "band_reading"]) == ("normal", "elevated")
    day = tmp_path / "lists" / DAY.isoformat()
    assert "(normal; today: elevated)" in explain(day, "stays")
    printed = terminal.render(*read_list(day), 5).replace("\n      ", " ")
    assert "= normal is held (today: elevated): a band flips after two readings in a row" in printed
    book = openpyxl.load_workbook(day / "risk_list.xlsx")
    for sheet in ("At risk", "All accounts"):
        heading, *found = list(book[sheet].iter_rows(min_row=2, values_only=True))
        bands = [(row[heading.index("Risk")], row[heading.index("Risk today")]) for row in found]
        assert ("normal", "today: elevated") in bands
    facts = read_facts(publish(date(2024, 12, 28)), ("account_id", "band", "band_reading")).rows.loc["stays"]
    assert facts.tolist() == ["normal", "elevated"]
    assert read_list(publish())[0].set_index("account_id").loc["stays", "band"] == "elevated"
