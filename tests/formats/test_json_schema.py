"""One schema behind all files: every row of every list fits it, and says no more and no less."""

import json
from typing import get_args

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from churnml.cli import main
from churnml.formats.json import as_json, escape
from churnml.formats.json_schema import SHAPES, list_document, row_schema
from churnml.listing.columns import Kind
from churnml.publish.outputs import NOTES, OUTPUTS
from tests.listing.fakes import list_snapshot


def validator(schema: dict[str, object]) -> jsonschema.Draft202012Validator:
    """A judge of rows that also looks at dates."""
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


@pytest.mark.parametrize("is_proven", [True, False])
def test_every_row_fits_the_schema(is_proven: bool) -> None:
    told = list_snapshot(is_proven=is_proven)
    files = {name: json.loads(OUTPUTS[name](told)) for name in ("risk_list.json", "risk_list.schema.json")}
    judge = validator(files["risk_list.schema.json"])
    rows = files["risk_list.json"]["rows"]
    assert len(rows) == len(told.listed) and all(judge.is_valid(row) for row in rows)
    assert [row["account_id"] for row in rows] == told.listed["account_id"].tolist()
    assert files["risk_list.json"]["layout"] == files["risk_list.schema.json"]["version"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("churn_probability", 1.5), ("band", "dreadful"), ("rank", None), ("rank", 1.5), ("renewal", "soon"), ("name", None),
     ("new_column", 1), ("is_at_risk", "yes"), ("arr_usd", "182,400")],
)  # fmt: skip
def test_a_row_that_lies_is_refused(column: str, value: object) -> None:
    told = list_snapshot()
    row = list_document(told)["rows"][0] | {column: value}
    assert not validator(row_schema(told.columns)).is_valid(row)


def test_a_row_that_lacks_a_column_is_refused() -> None:
    told = list_snapshot()
    row = list_document(told)["rows"][0]
    del row["crm_id"]
    assert not validator(row_schema(told.columns)).is_valid(row)


def test_every_kind_has_a_shape_and_every_file_a_note() -> None:
    assert set(SHAPES) == set(get_args(Kind))
    assert set(NOTES) == set(OUTPUTS)


def test_the_page_of_the_list_is_its_schema(root) -> None:
    told = CliRunner().invoke(main, ["schema", "--page"])
    assert (root / "docs" / "list.md").read_text(encoding="utf-8") == told.output, (
        "run: churnml schema --page > docs/list.md"
    )
    printed = json.loads(CliRunner().invoke(main, ["schema"]).output)
    assert all(f"`{name}`" in told.output for name in (*printed["properties"], *OUTPUTS))


def test_json_never_holds_what_would_end_a_script() -> None:
    text = as_json({"a<b": "</script>\u2028\u2029 & ]]>"}).decode()
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"a<b": "</script>\u2028\u2029 & ]]>"}


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_json_is_laid_out_as_python_lays_it_out(content: object) -> None:
    assert as_json(content) == (escape(json.dumps(content, indent=2, ensure_ascii=False)) + "\n").encode(
        "utf-8"
    )
