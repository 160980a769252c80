"""A stranger's mapping is a program: it reads what it is given, and nothing else is read, written or reached."""

import re
from pathlib import Path

import pytest

from tests.situations.situation import Situation
from tests.situations.test_csv_dialect import kept, refused

OUT = "/tmp/churnml-was-here.csv"


@pytest.mark.parametrize("sql", [
    "SELECT content AS account_id FROM read_text('/etc/passwd')",
    f"SELECT * FROM raw.accounts; COPY (SELECT 1) TO '{OUT}'",
    f"ATTACH '{OUT}' AS evil",
    "INSTALL httpfs",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "LOAD httpfs; SELECT * FROM raw.accounts",
    f"WITH x AS (COPY (SELECT 1) TO '{OUT}') SELECT * FROM raw.accounts",
    f"SELECT * FROM raw.accounts) TO '{OUT}'; --",
    f"COPY raw.accounts TO '{OUT}'",
    f"EXPORT DATABASE '{OUT}'",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "CREATE TABLE x AS SELECT 1",
    "DELETE FROM raw.accounts",
    "DROP VIEW raw.accounts; SELECT 1",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    f"SELECT * FROM query('COPY (SELECT 1) TO ''{OUT}''')",
    "SELECT getenv('HOME') AS account_id",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "EXPLAIN ANALYZE SELECT * FROM raw.accounts",
    "SELECT * FROM raw.accounts; SELECT * FROM raw.accounts",
    "",
])  # fmt: skip
def test_an_attack_is_refused_and_nothing_is_written(situation: Situation, sql: str) -> None:
    situation.mapping("accounts", sql)
    words = refused(situation)
    assert "acme/accounts.sql: " in words
    assert "root:" not in words and not Path(OUT).exists()
    assert not (situation.project / "data" / "work" / "acme" / "tables" / "book.json").exists()


def test_rows_that_a_join_repeats_are_told(situation: Situation) -> None:
    situation.mapping("invoices", "SELECT i.* FROM raw.invoices i JOIN raw.contracts c USING (account_id)")
    words = r"invoices\.sql made [\d,]+ rows of 319 of raw\.invoices: does a JOIN repeat them\?"
    assert re.search(words, situation.check().text)


@pytest.mark.parametrize(("sql", "name"), [
    ("SELECT * FROM raw.accounts WHERE created_at < current_date", "current_date"), ("SELECT * REPLACE (now() AS created_at) FROM raw.accounts", "now"),
    ("SELECT * FROM raw.accounts USING SAMPLE 50%", "sample"), ("SELECT * FROM raw.accounts ORDER BY random() LIMIT 100", "random"),
    ("SELECT * FROM raw.accounts WHERE age(CAST(created_at AS TIMESTAMP)) > INTERVAL 1 YEAR", "age"),
])  # fmt: skip
def test_no_mapping_asks_the_clock_or_chance(situation: Situation, sql: str, name: str) -> None:
    situation.mapping("accounts", sql)
    assert f"acme/accounts.sql: asks the machine's clock, or draws at random ({name})" in refused(situation)


def test_files_that_a_link_fetches_from_outside_are_told(situation: Situation) -> None:
    file = situation.file("contracts")
    file.rename(situation.project / "elsewhere.csv")
    file.symlink_to(situation.project / "elsewhere.csv")
    assert (
        "'contracts.csv': read from outside the raw folder, to which a link leads" in situation.check().text
    )


@pytest.mark.parametrize("place", ["../../secret.csv", "../acme/link.csv", "../acme/link/secret.csv"])
def test_no_path_leads_out_of_the_raw_folder(situation: Situation, place: str) -> None:
    (situation.project / "secret.csv").write_text("account_id\nsecret\n", encoding="utf-8")
    (situation.raw / "link.txt").symlink_to(situation.project / "secret.csv")
    (situation.raw / ".link").symlink_to(situation.project)
    situation.settings(files={"ignore": ["link.txt"]})
    situation.mapping("accounts", f"SELECT * FROM read_csv('{situation.raw / place}')")
    words = refused(situation)
    assert "a mapping is one SELECT over raw views; it opens no file" in words


@pytest.mark.parametrize("sql", [
    "-- what it is\nSELECT * FROM raw.accounts;",
    "WITH a AS (SELECT * FROM raw.accounts) FROM a",
    "(SELECT * FROM raw.accounts)",
    'FROM RAW."accounts" -- all of them',
    "SELECT account_id, name, created_at FROM raw.accounts UNION ALL SELECT DISTINCT ON (account_id) * FROM raw.accounts WHERE false",
    "SELECT a.* FROM raw.accounts a, (VALUES (1)) WHERE account_id IN (SELECT account_id FROM raw.contracts)",
])  # fmt: skip
def test_any_select_is_read(situation: Situation, sql: str) -> None:
    situation.mapping("accounts", sql.replace("DISTINCT ON (account_id) *", "account_id, name, created_at"))
    assert kept(situation, "accounts") == 120


@pytest.mark.parametrize(("sql", "words"), [
    ("SELECT u.* FROM raw.usage u JOIN raw.accounts a USING (account_id) WHERE a.segment = 'large'", "usage.sql kept "),
    ("WITH u AS (SELECT * FROM raw.usage LIMIT 900) SELECT * FROM u", "usage.sql kept 900 of 14,831 rows of raw.usage; its SQL leaves out the rest"),
    ("SELECT * FROM (FROM raw.usage) u UNION ALL SELECT * FROM raw.usage WHERE false", "usage.sql kept 14,831 of 29,662 rows of raw.usage"),
    ("SELECT account_id, occurred_at, sum(CAST(quantity AS INT)) AS quantity FROM raw.usage GROUP BY 1, 2", ""),
])  # fmt: skip
def test_rows_that_a_mapping_leaves_out_are_told(situation: Situation, sql: str, words: str) -> None:
    situation.mapping("usage", sql)
    printed = situation.check()
    assert printed.code == 0
    assert words in printed.text if words else "usage.sql kept" not in printed.text
