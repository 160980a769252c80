"""Uploads for a CRM: the vendors' shapes, the team's fields, and nothing sent that is not known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from churnml.errors import SettingsError
from churnml.formats.crm import reach, read_crm, to_hubspot, to_salesforce
from churnml.formats.summary import summary
from churnml.listing.columns import schema
from tests.listing.fakes import list_snapshot

Bodies = Callable[..., list[dict]]


def crowd(accounts: int):
    """The edition with as many accounts, each with a record of its own."""
    told = list_snapshot()
    many = told.listed.iloc[[0] * accounts].assign(crm_id=[f"001{n}" for n in range(accounts)])
    return replace(told, listed=many)


def test_salesforce_gets_collections_of_its_fields() -> None:
    (body,) = to_salesforce(list_snapshot())
    assert body["allOrNone"] is False
    first = body["records"][0]
    assert first == {
        "attributes": {"type": "Account"}, "id": "001A0", "Risk__c": "High", "Chance__c": 61.0,
        "Renewal__c": "2025-02-14", "Reason__c": "12 active users in…", "Call__c": True, "As_Of__c": "2025-01-01",
    }  # fmt: skip
    assert max(len(record["Reason__c"] or "") for record in body["records"]) <= 20


def test_hubspot_gets_texts_only() -> None:
    (body,) = to_hubspot(list_snapshot())
    first, *_, last = body["inputs"]
    assert first == {
        "id": "001A0",
        "properties": {"risk": "high", "chance": "61.0", "rank": "1", "call": "true", "as_of": "2025-01-01"},
    }
    assert last["properties"]["risk"] == "notice_given"  # the picklist's own word


def test_what_is_unknown_clears_its_field() -> None:
    told = list_snapshot(is_proven=False)
    assert {record["Chance__c"] for record in to_salesforce(told)[0]["records"]} == {None}
    assert {update["properties"]["chance"] for update in to_hubspot(told)[0]["inputs"]} == {""}
    assert to_salesforce(told)[0]["records"][0]["Risk__c"] is None


def test_accounts_without_a_record_are_left_out_and_counted() -> None:
    told = list_snapshot()
    sent = [record["id"] for record in to_salesforce(told)[0]["records"]]
    assert sent == ["001A0", "=1+1", "001A1"]  # of the two that share a record the one to call first
    found = summary(told)["crm"]
    assert found == {"accounts": 3, "accounts_without_id": 1, "accounts_sharing_id": 1}
    assert reach(told.listed).accounts == len(sent)


@pytest.mark.parametrize(
    ("bodies", "key", "most"), [(to_salesforce, "records", 200), (to_hubspot, "inputs", 100)]
)
def test_a_request_holds_what_the_vendor_takes(bodies: Bodies, key: str, most: int) -> None:
    sizes = [len(body[key]) for body in bodies(crowd(2 * most + 1))]
    assert sizes == [most, most, 1]


def test_without_a_map_nothing_is_sent() -> None:
    told = replace(list_snapshot(), crm=None)
    assert to_salesforce(told) == to_hubspot(told) == []


def test_the_teams_own_map_is_sound(root: Path) -> None:
    found = read_crm(root / "crm.yaml", schema(4, 2))
    assert found.salesforce and found.hubspot


def test_every_fault_of_a_map_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "crm.yaml"
    path.write_text("""
salesforce:
  object: Account
  fields:
    A__c: {column: bnd}
    B__c: {column: band, lenght: 3}
    C__c: {column: band, words: {hihg: High}}
    D__c: {column: renewal, is_percent: true, length: 9}
hubspot: {}
pipedrive: {}
""")
    with pytest.raises(SettingsError) as told:
        read_crm(path, schema(2, 1))
    said = str(told.value)
    assert "crm.yaml has 6 fault(s)" in said
    for words in (
        "there is no such column: did you mean 'band'?", "unknown setting 'salesforce.fields.B__c.lenght': did you mean 'length'?",
        "it never says 'hihg': did you mean 'high'?", "is_percent is for a share or a chance; length is for a text",
        "setting 'hubspot.properties' is missing", "unknown setting 'pipedrive'",
    ):  # fmt: skip
        assert words in said
