"""The report at 3,000 accounts: its size, how fast it shows and filters, what axe finds, what it asks for; and its pictures.

Run after the sample book is scored: ``python -m benchmarks.page``.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.chromium import DESKTOP, PHONE, Chromium, chromium, lacking
from benchmarks.page_snapshot import enlarged, sample_snapshot
from benchmarks.report import table
from churnml.formats.html.components import account
from churnml.formats.html.page import to_page
from churnml.paths import Paths

ACCOUNTS = 3_000
WORDS = ("ac", "amara", "usage", "12", "", "zz")
PICTURES = Path("docs")
CROPS = {"report": 1_240, "report-phone": 1_400, "report-account": 1_560}
"""Pixels of height that a picture keeps."""


def main() -> None:
    """Prints the figures and writes the pictures."""
    if missing := lacking():
        raise SystemExit(f"not on this machine: {missing}")
    places = Paths.here()
    list_snapshot, reading = timed(lambda: sample_snapshot(places))
    with TemporaryDirectory() as folder, chromium() as browser:
        small, large = Path(folder) / "report.html", Path(folder) / "large.html"
        content, writing = timed(lambda: to_page(list_snapshot))
        small.write_bytes(content)
        large.write_bytes(to_page(enlarged(list_snapshot, ACCOUNTS)))
        first = account(list_snapshot.listed["account_id"].iloc[0])
        rows = [
            ("list read back, timelines built", f"{reading:.2f} s"),
            (f"page of {len(list_snapshot.listed):,} accounts written", f"{writing:.2f} s"),
            (f"size, {ACCOUNTS:,} accounts", f"{large.stat().st_size / 1e6:.2f} MB"),
            ("first contentful paint, median of 3", f"{browser.first_paint(large):.0f} ms"),
            ("filter with layout, median", f"{_filter(browser):.0f} ms"),
            *audited(browser, large, ("#/", "#/accounts", first, "#/guide")),
        ]
        print(table(["report", "measured"], rows))
        for name, size, at in (
            ("report", DESKTOP, "#/"),
            ("report-phone", PHONE, "#/accounts"),
            ("report-account", DESKTOP, first),
        ):
            browser.open(small, size, at)
            browser.settle()
            browser.picture(PICTURES / f"{name}.png", CROPS[name])


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """What was made, and the seconds it took."""
    start = time.perf_counter()
    return make(), time.perf_counter() - start


def audited(browser: Chromium, page: Path, addresses: tuple[str, ...]) -> list[tuple[str, str]]:
    """Findings of axe, errors in the console and requests, over all pages on desktop and phone."""
    findings, errors, asked = [], [], set()
    for size in (DESKTOP, PHONE):
        browser.open(page, size)
        for at in addresses:
            browser.go(at)
            findings += browser.findings()
        errors += browser.complaints()
        asked |= {address.partition("#")[0] for address in browser.requests()}
    return [
        ("axe: serious or critical", str(len(findings))),
        ("errors in the console", str(len(errors))),
        ("requests besides the file", str(len(asked - {page.as_uri()}))),
    ]


def _filter(browser: Chromium) -> float:
    browser.go("#/accounts")
    return browser.filter_time(WORDS)


if __name__ == "__main__":
    main()
