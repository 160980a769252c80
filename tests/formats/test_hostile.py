"""Every file of a day, by its being listed: nothing of an account's own texts runs in it or breaks it, and ids survive."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq
import pytest

from churnml.formats.csv_parquet import FORMULA_STARTS
from churnml.history import list_facts as facts
from churnml.publish.outputs import OUTPUTS
from churnml.text.utf16 import units
from tests.formats.hostile import ATTACKS, hostile_edition
from tests.formats.html.reading import Page
from tests.listing.fakes import list_snapshot

EDITION = hostile_edition()
IDS = EDITION.listed["account_id"].tolist()


@pytest.fixture(scope="module", params=OUTPUTS)
def file(request) -> tuple[str, bytes]:
    """One file of the day, written once for all that is asked of it."""
    return request.param, OUTPUTS[request.param](EDITION)


def test_the_same_edition_gives_the_same_bytes(file) -> None:
    name, content = file
    assert content and OUTPUTS[name](EDITION) == content


def test_the_file_is_whole_and_inert(file) -> None:
    name, content = file
    suffix = name.rsplit(".", 1)[1]
    assert suffix in READERS, f"say in READERS how '{name}' is shown to be inert"
    READERS[suffix](name, content)


def read_csv(name: str, content: bytes) -> None:
    """Each row whole, no field that a spreadsheet would run, each id as it was but for the guard's apostrophe."""
    text = content.decode("utf-8").split("\n", 1)[1]
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(IDS)
    assert not [v for row in rows for v in row.values() if v.startswith(FORMULA_STARTS) and not is_number(v)]
    assert [row["account_id"].removeprefix("'") for row in rows] == [i.removeprefix("'") for i in IDS]


def read_json(name: str, content: bytes) -> None:
    """Valid JSON that may stand in a script, with every id it speaks of."""
    text = content.decode("utf-8")
    assert not set("<>&\u2028\u2029") & set(text)
    said = json.loads(text, parse_constant=pytest.fail)
    rows = said["rows"] if name == "risk_list.json" else []
    assert [row["account_id"] for row in rows] == (IDS if rows else [])
    if name.startswith("crm_"):
        sent = [u["id"] for body in said for u in body.get("records", body.get("inputs"))]
        assert sent == IDS


def read_parquet(name: str, content: bytes) -> None:
    """Every text to the letter."""
    table = pq.read_table(io.BytesIO(content))
    if name == facts.FILE:  # nothing was scored, so there are none
        assert table.num_rows == 0
        return
    assert table["account_id"].to_pylist() == IDS
    assert table["name"].to_pylist() == EDITION.listed["name"].tolist()


def read_xlsx(name: str, content: bytes) -> None:
    """Well-formed parts, no formula, no link, no macro; texts as texts, within Excel's length; sheets that Excel takes."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            ET.fromstring(parts.read(part))
            assert b"<f>" not in parts.read(part) and b"<hyperlink " not in parts.read(part)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
    assert max(units(as_typed(c.value)) for c in cells if isinstance(c.value, str)) <= 32_767
    everyone = book["All accounts"]
    titles = [cell.value for cell in everyone[2]]
    told = [row[titles.index("Account")].value for row in everyone.iter_rows(min_row=3)]
    assert len(told) == len(IDS) and set(IDS) - set(map(as_typed, told)) == set()


def as_typed(text: str) -> str:
    """A cell's text with Excel's escapes of what XML cannot hold (_x0000_) read back; openpyxl leaves them."""
    return re.sub(r"_x(00[01][0-9A-F]|FFF[EF])_", lambda code: chr(int(code[1], 16)), text)


def is_number(text: str) -> bool:
    """Whether a CSV field is a plain figure."""
    try:
        return bool(text) and text[0] == "-" and float(text) is not None
    except ValueError:
        return False


def read_html(name: str, content: bytes) -> None:
    """No element and no attribute but our own: as many as where nobody attacks, none that runs, none that asks anybody."""
    attacked, plain = (Page(page) for page in (content, OUTPUTS[name](list_snapshot())))
    kinds = [{tag for tag, _ in page.elements} for page in (attacked, plain)]
    assert kinds[0] <= kinds[1] | {"a", "li", "p", "td", "th", "tr", "span", "div"}
    assert sum(tag == "script" for tag, _ in attacked.elements) == sum(
        tag == "script" for tag, _ in plain.elements
    )
    assert not [name for _, attributes in attacked.elements for name in attributes if name.startswith("on")]
    assert not [tag for tag, attributes in attacked.elements if tag == "img" or attributes.get("src")]


READERS = {"csv": read_csv, "html": read_html, "json": read_json, "parquet": read_parquet, "xlsx": read_xlsx}


def test_the_attacks_are_really_on_the_list() -> None:
    assert set(ATTACKS) == set(EDITION.listed["name"]) == set(EDITION.listed["csm"])
