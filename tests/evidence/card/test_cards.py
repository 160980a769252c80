"""A model card: the verdict first, every limit the figures show, nothing that a name can break, one file that asks nobody."""

import re
import shutil
import subprocess
import threading
from dataclasses import replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from types import SimpleNamespace

import pandas as pd
import pytest

from churnml.evidence.card.blocks import Grid
from churnml.evidence.card.cards import to_html, to_markdown, write_cards
from churnml.evidence.card.compose import compose, tuned
from churnml.evidence.card.curves import KINDS, write_curves
from churnml.evidence.card.data import definitions
from churnml.evidence.card.limits import limits
from churnml.evidence.card.pictures.timeline import timeline_picture
from churnml.evidence.card.quality import calibration
from churnml.evidence.card.verdict import says
from churnml.evidence.headline import compared_figures
from churnml.evidence.no_prices import without_dollars
from churnml.results.interval import Interval, Point
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict
from churnml.text.outcome_words import outcome_words
from tests.books import make_tables, term
from tests.evidence.card.card_source import FORMULA, HOSTILE, make_source, without_model

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def source(root, tmp_path_factory):
    return make_source(root, tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def card(source):
    return compose(source)


@pytest.fixture(scope="module")
def page(card):
    return to_html(card)


@pytest.fixture(scope="module")
def written(source, tmp_path_factory):
    """The folder of cards, written by a second composition of the same source."""
    folder = tmp_path_factory.mktemp("cards")
    write_cards([source], folder)
    return folder


class Reader(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def every(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


def section(card, title):
    return next(part for part in card.sections if part.title == title)


def told_limits(source):
    return "\n".join(limits(source).blocks[0].items)


def test_the_verdict_comes_first_with_what_it_does_not_say(source, page):
    text = Reader(page).text
    assert source.verdict.is_proven
    places = [
        text.index(words)
        for words in (source.verdict.sentence, "What it says", "What it does not say", "The book in figures")
    ]
    assert places == sorted(places)


def test_a_card_shows_expected_beside_came_and_says_where_the_chances_were_off(source):
    given = source.measured.chances
    off = replace(given.accounts, ratio=Interval(0.56, 0.45, 0.7))
    words = "the order can be trusted more than the letter says"
    fine = replace(given.accounts, ratio=Interval(1.0, 0.9, 1.1))
    right = replace(given, accounts=fine, dollars=fine, by_fold={}, slope=fine.ratio)
    assert not any(
        words in line for line in says(replace(source, metrics=replace(source.metrics, chances=right)))
    )
    missed = replace(source, metrics=replace(source.metrics, chances=replace(given, accounts=off)))
    assert any(words in line for line in says(missed))
    grids = [block for block in calibration(missed).blocks if isinstance(block, Grid)]
    rows = {row[0].text: row[3].line for row in grids[-1].rows}
    assert rows["All folds, renewals"] == "0.56 (0.45 to 0.70)"
    assert {"All folds, ARR", *(f"Fold of {day}, renewals" for day in given.by_fold)} <= rows.keys()


def test_headings_descend_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in Reader(page).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_everything_can_be_read_without_eyes_and_without_a_mouse(page):
    read = Reader(page)
    assert all(image["alt"].strip() for image in read.every("img"))
    assert all(cell.get("scope") in {"col", "row"} for cell in read.every("th"))
    assert all(
        part.get("tabindex") == "0" and part["aria-label"]
        for part in read.every("div")
        if part.get("class") == "scroll"
    )
    anchors = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    assert {link["href"].removeprefix("#") for link in read.every("a")} <= anchors


def test_the_page_is_whole_in_itself(page):
    read = Reader(page)
    assert not read.every("script")
    asked = [
        value
        for _, attrs in read.tags
        for name, value in attrs.items()
        if name in {"src", "href", "srcset", "action", "data"}
    ]
    assert all(value.startswith(("data:", "#")) for value in asked)
    assert not re.search(r"url\(|@import", page)


def test_hostile_names_are_shown_and_do_nothing(card, page):
    assert HOSTILE in Reader(page).text
    assert FORMULA in Reader(page).text
    assert "<script" not in page
    markdown = to_markdown(card, "churn")
    assert "&lt;script&gt;" in markdown
    assert "<script" not in markdown


def test_the_same_source_gives_the_same_files(card, page, written):
    assert sorted(file.name for file in written.glob("*.*")) == ["churn.html", "churn.md"]
    assert (written / "churn.html").read_text(encoding="utf-8") == page
    assert (written / "churn.md").read_text(encoding="utf-8") == to_markdown(card, "churn")
    for picture in card.pictures:
        assert (written / "churn" / f"{picture.name}.svg").read_text(encoding="utf-8") == picture.svg


def test_pictures_of_the_markdown_lie_where_it_says(written):
    shown = re.findall(
        r"^!\[.+\]\((\S+)\)$", (written / "churn.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {"churn/book.svg", "churn/calibration.svg", "churn/gain.svg", "churn/beeswarm.svg"} <= set(shown)
    assert all((written / path).is_file() for path in shown)


def test_a_figure_is_the_metric_wherever_it_stands(source, card, page):
    caught = source.judged.figures["arr_captured_at_capacity"].value
    first = section(card, "What a short list reaches").blocks[0].grid.rows
    at_capacity = next(row for row in first if row[0].text == "10%")
    assert at_capacity[2].text == f"{caught:.0%}"
    assert f"{source.judged.figures['roc_auc'].value:.3f}" in Reader(page).text


def test_limits_are_written_from_the_figures(source):
    told = told_limits(source)
    assert "Absent in this book" in told
    assert "30 to 365 days before a renewal" in told
    assert "Few cases: only 64 renewals" in told
    judged = source.judged
    bold = {
        name: replace(part, figures={**part.figures, "calibration_slope": Point(1.4)})
        for name, part in judged.parts["by_lead_days"].items()
    }
    judged = replace(judged, parts={**judged.parts, "by_lead_days": bold, "by_segment": {}})
    counts = replace(source.metrics.counts, renewals_with_outcome=40)
    metrics = replace(source.metrics, counts=counts, models={source.verdict.model: judged})
    worse = told_limits(
        replace(source, metrics=metrics, alarms=["'reason' [look]: filled for leavers (L2)."])
    )
    assert "Few cases: only 40 renewals ended in churn" in worse
    assert "30 days 1.40" in worse
    assert f"Too few to judge alone: {HOSTILE}, {FORMULA}" in worse
    assert "Leakage alarm: 'reason'" in worse


def test_a_book_without_prices_has_a_card_without_money(source, tmp_path):
    terms = [
        {k: v for k, v in term(f"{n:05d}", "2024-01-01", "2025-02-01").items() if k != "arr"}
        for n in range(20)
    ]
    accounts = [{"account_id": f"{n:05d}"} for n in range(20)]
    tables = make_tables(tmp_path, {"accounts": accounts, "contracts": terms}, last_day="2025-01-01")
    metrics = without_dollars({"churn": source.metrics})["churn"]
    card = compose(
        replace(source, tables=tables, metrics=metrics, timeline=timeline_picture(source.past, False))
    )
    words = (
        Reader(to_html(card)).text
        + to_markdown(card, "churn")
        + "".join(str(section) for section in card.sections)
    )
    words = words.replace("no model, by ARR", "")  # the name of a baseline, in every book
    assert "every account counts alike" in words and "Caught" in words
    assert not re.search(r"\bARR\b|\$", words), re.findall(r".{40}(?:\bARR\b|\$).{20}", words)


def test_a_book_without_a_model_has_a_card_that_says_so(source):
    card = compose(without_model(source))
    text = Reader(to_html(card)).text
    assert card.grade is None
    assert "12 ripe renewals" in card.verdict
    assert "ranked by the rules health score" in text
    assert "not proven" in text


def test_an_outcome_nobody_has_heard_of_and_settings_that_were_tried_are_shown(source):
    verdict = replace(source.verdict, outcome="upgrade")
    tried = {"2024-01-01": {"learning_rate": 0.25, "is_<b>bold</b>": True}}
    other = replace(source, outcome="upgrade", verdict=verdict, metrics=replace(source.metrics, tuned=tried))
    assert outcome_words("upgrade").arr in says(other)[2]
    assert "Upgrade: as defined in the code" in definitions(other).blocks[0].items[0]
    assert tuned(source) == []
    shown = section(SimpleNamespace(sections=tuned(other)), "Tuned").blocks[0].rows
    assert [cell.line for cell in shown[0]] == ["2024-01-01 · learning rate", "0.250"]
    assert shown[1][1].line == "yes"


def test_the_headline_is_small_and_flat(source):
    found = compared_figures({"churn": source.metrics}, {"churn": source.verdict})["churn"]
    assert found["roc_auc"] == source.verdict.roc_auc
    assert {"grade", "low", "high", "brier", "ece", "slope", "arr_captured"} <= found.keys()
    assert all(not isinstance(value, dict) for value in found.values())
    lacking = compared_figures(
        {"churn": NotEnough("few")}, {"churn": Verdict("churn", False, None, None, "few")}
    )
    assert lacking == {"churn": {"grade": None, "is_proven": False, "model": None}}


def test_curves_are_tables_with_a_column_for_the_outcome(source, tmp_path):
    write_curves([source], tmp_path / "some")
    write_curves([without_model(source)], tmp_path / "none")
    for kind, (columns, _) in KINDS.items():
        some, none = (pd.read_csv(tmp_path / name / f"{kind}.csv") for name in ("some", "none"))
        assert list(some.columns) == list(none.columns) == ["outcome", *columns]
        assert len(some) and not len(none)
    gain = pd.read_csv(tmp_path / "some" / "gain.csv")
    assert gain["arr"].is_monotonic_increasing and gain["arr"].iloc[-1] == pytest.approx(1)


class Witness(BaseHTTPRequestHandler):
    """Remembers who asked."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
def test_a_browser_shows_it_all_and_asks_nobody(card, tmp_path):
    """The pictures in docs are made alike: ``chromium --headless --hide-scrollbars --screenshot=docs/card.png
    --window-size=1100,1480 --force-device-scale-factor=0.8 file://.../churn.html``; docs/card-phone.png with 390,1100 and no factor.
    """
    server = HTTPServer(("127.0.0.1", 0), Witness)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lure = f'<img src="http://127.0.0.1:{server.server_port}/lure" onerror="document.title=1">'
    file = tmp_path / "card.html"
    file.write_text(to_html(replace(card, verdict=lure)), encoding="utf-8")
    shown = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=390,2000",
         f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'card.png'}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    read = Reader(shown.stdout)
    assert Witness.asked == []
    assert lure in read.text and HOSTILE in read.text
    assert "taken" not in re.search(r"<title>(.*?)</title>", shown.stdout)[1]
    assert "Reproduce" in read.text and len(read.every("img")) >= 6


def test_a_test_without_a_pair_to_compare_has_a_card(source):
    unknown = dict.fromkeys(("roc_auc", "arr_captured_at_capacity"), Interval(None, None, None))
    models = {
        name: replace(each, figures={**each.figures, **unknown})
        for name, each in source.metrics.models.items()
    }
    card = compose(replace(source, metrics=replace(source.metrics, models=models)))
    assert "rivals" not in [picture.name for picture in card.pictures]
    assert section(card, "Beside simpler ways").blocks
