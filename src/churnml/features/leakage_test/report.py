"""What the checks found, as a person reads it."""

from collections.abc import Sequence

from churnml.features.leakage_test.checks import SNAPSHOTS, Finding
from churnml.features.spec import Feature

MENDS = {
    "future": "reads what was not yet known: stand its view on {door}, end its windows at as_of, and say in src/churnml/data/schema.py what reveals a value",
    "one": "depends on the other snapshots built: group by snapshot, and by nothing wider",
    "row": "depends on the order of rows: give ties an order of their own (arg_max over a struct, ORDER BY every column)",
    "files": "counts what is delivered again: give the table a key in the book's SQL (event_id for usage)",
    "late": "uses the time of a row for the time it was known: rows enter through {door}, by known_at",
}


def render(findings: Sequence[Finding], features: Sequence[Feature]) -> str:
    """One line a check, and below a failed one which columns moved and what to do; then what could not be put to the test."""
    width = max(len(finding.name) for finding in findings)
    lines = [line for finding in findings for line in _line(finding, width)]
    tables = {feature.table for feature in features}
    untested: dict[tuple[str, ...], list[str]] = {}
    for finding in findings:
        untouched = [name for name in sorted(finding.unchanged) if name.split(".")[0] in tables]
        for why, what in (
            ("for want of rows to change in the sample", untouched),
            ("unknown on every snapshot", sorted(finding.unknown)),
        ):
            if what:
                untested.setdefault((why, ", ".join(what)), []).append(finding.name)
    lines += [
        f"not put to the test by '{', '.join(names)}', {why}: {what}"
        for (why, what), names in untested.items()
    ]
    return "\n".join(lines)


def _line(finding: Finding, width: int) -> list[str]:
    size = f"{finding.columns} columns, {finding.snapshots:,} snapshots"
    if finding.is_passed:
        return [f"{finding.name:<{width}}  {size}: equal to the byte"]
    moved = sorted(finding.moved - {SNAPSHOTS}) + sorted(finding.moved & {SNAPSHOTS})
    return [
        f"{finding.name:<{width}}  {size}: {len(moved)} MOVED",
        f"  {', '.join(moved)}",
        f"  {MENDS[finding.name.split()[0]]}",
    ]
