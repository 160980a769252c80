"""The page as a file: whole, shut off from the net, the same bytes each time, and no name in it is ever markup."""

import base64
import hashlib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

import pytest

from churnml.formats.html.embed import code
from churnml.formats.html.page import to_page
from churnml.publish.outputs import OUTPUTS
from tests.formats.html.reading import Page
from tests.formats.html.snapshots import EVIL, full_snapshot, list_snapshot, shortened

EDITIONS = {
    "proven": list_snapshot, "not proven": lambda: list_snapshot(is_proven=False), "full": full_snapshot,
    "one account": lambda: shortened(list_snapshot(), 1), "no past": lambda: replace(list_snapshot(), timelines=None),
    "hostile": lambda: full_snapshot(list_snapshot(evil=True)),
}  # fmt: skip


@cache
def read(name):
    """The page of one of the editions."""
    return Page(to_page(EDITIONS[name]()))


@pytest.fixture(params=EDITIONS)
def page(request):
    return read(request.param)


def test_same_edition_same_bytes():
    assert to_page(full_snapshot()) == to_page(full_snapshot())


def test_nothing_on_the_page_asks_for_anything_outside(page):
    loading = {"src", "srcset", "data", "poster", "action", "formaction", "ping", "background"}
    asked = [(tag, name, a[name]) for tag, a in page.elements for name in loading & set(a)]
    linked = [a["href"] for _, a in page.elements if "href" in a and not a["href"].startswith(("#", "data:"))]
    assert (asked, linked) == ([], [])


def test_the_policy_lets_these_scripts_and_styles_run_and_nothing_load(page):
    rules = dict(rule.split(" ", 1) for rule in page.meta("Content-Security-Policy").split("; "))
    assert (
        rules["default-src"] == rules["connect-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    )
    assert rules["img-src"] == "data:"
    assert rules["script-src"].split() == [digest(text) for text in page.scripts]
    assert rules["style-src"].split() == [digest(text) for text in page.styles]


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_no_element_carries_a_style_or_a_handler_that_the_policy_would_stop(page):
    attributes = [name for _, a in page.elements for name in a]
    assert [name for name in attributes if name == "style" or name.startswith("on")] == []


def test_hostile_names_stay_text():
    plain, evil = read("full"), read("hostile")
    tags = [{tag for tag, _ in page.elements} for page in (plain, evil)]
    assert tags[0] == tags[1] and len(evil.scripts) == len(plain.scripts)
    names = [
        EVIL[0],
        EVIL[1],
        "\ufffdgnp.exe",
        EVIL[3],
        EVIL[0],
    ]  # what turns the writing round is shown as unprintable
    assert evil.list["columns"]["name"] == names
    assert EVIL[0] in evil.text and EVIL[1] in evil.text


def test_every_account_of_the_list_is_on_the_page_in_its_order():
    of = list_snapshot()
    page = read("proven")
    assert page.list["columns"]["id"] == of.listed["account_id"].tolist()
    assert len(page.details["accounts"]) == len(of.listed)


def test_ids_of_elements_are_unique():
    ids = [a["id"] for _, a in read("full").elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_headings_step_down_one_by_one_and_each_view_has_one_first():
    levels = [int(tag[1]) for tag, _ in read("full").elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert levels.count(1) == 4


def test_the_page_is_one_of_the_list_s_files():
    assert OUTPUTS["report.html"] is to_page


def test_the_libraries_are_the_ones_their_readme_names():
    vendor = files("churnml.formats.html") / "vendor"
    rows = [
        row.split("|")
        for row in (vendor / "README.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("| `")
    ]
    assert len(rows) == 3
    for _, name, *_, told, _ in rows:
        assert hashlib.sha256((vendor / name.strip(" `")).read_bytes()).hexdigest() == told.strip(" `")


def test_the_libraries_licences_go_with_them():
    scripts = read("proven").scripts
    assert all("Permission is hereby granted" in script for script in scripts[:2])
    assert not any("sourceMappingURL" in script for script in scripts)


def test_a_script_that_could_end_itself_is_refused():
    with pytest.raises(ValueError, match="end tag"):
        code('const a = "</SCRIPT>";')
