"""Every setting says what it means."""

from collections.abc import Iterator

from churnml.params.load import read_yaml
from churnml.params.root import Params
from churnml.params.section import Section
from churnml.params.settings_page import _inner, page


def described(kind: type[Section], place: str = "") -> Iterator[tuple[str, str | None]]:
    for name, field in kind.model_fields.items():
        inner = _inner(kind, name)
        yield from described(inner, f"{place}{name}.") if inner else [(f"{place}{name}", field.description)]


def test_every_setting_has_a_description_of_its_own() -> None:
    every = dict(described(Params))
    assert len(every) > 150
    assert [name for name, words in every.items() if not words or len(words) < 4] == []


def test_every_setting_stands_on_the_page(root) -> None:
    text = page(read_yaml(root / "params.yaml"))
    missing = [name for name, _ in described(Params) if f"| `{name.rpartition('.')[2]}` |" not in text]
    assert missing == []


def test_which_book_is_in_use_moves_no_line(root) -> None:
    values = read_yaml(root / "params.yaml")
    assert page({**values, "book": {"name": "crm5", "raw": "elsewhere"}}) == page(values)
