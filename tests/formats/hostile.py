"""An edition of accounts whose every text is an attack, for the tests of all files."""

from dataclasses import replace
from itertools import cycle, islice

import pandas as pd

from churnml.list_snapshot import ListSnapshot
from churnml.listing.top_drivers import top_drivers
from tests.listing.fakes import list_snapshot

ATTACKS = (
    '=HYPERLINK("http://evil.example","Refund")', "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "=cmd|' /C calc'!A0", "'=1+1", '"', "'", "''", '",=1+1,"',
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--", "]]>", "<img src=x onerror=alert(1)>", "&lt;b&gt;",
    "{{7*7}}", "line\u2028break\u2029here", "right\u202eleft\u2066", "nul\0inside", "\x1b[31mred", "_x0041_", "\ufeffmark", "\ufffe",
    "🙂🏳️\u200d🌈" * 9, "x" * 40_000, "🙂" * 20_000, "null", "NaN", "true", "1e5", "00123", "History", "[a]:b*c?d/e\\f", "At risk",
    "at RISK", "a\\", "${x}", "%n%s", "`id`", "a;b", "a,b", "a\r\nb",
)  # fmt: skip
"""Formulas, tags, ends of scripts and of CDATA, marks that turn or break a line, what is no text, what is too long."""


def hostile_edition() -> ListSnapshot:
    """As many accounts as attacks; each text of a row is another one, the ids besides differ by a number."""
    told = list_snapshot()
    size = len(ATTACKS)
    listed = pd.concat([told.listed] * (size // len(told.listed) + 1), ignore_index=True).iloc[:size]
    texts = [c.name for c in told.columns if c.kind == "text" and not c.words]
    for shift, name in enumerate(texts):
        listed[name] = list(islice(cycle(ATTACKS), shift, shift + size))
    listed["account_id"] = [f"{attack[:200]}{n}" for n, attack in enumerate(ATTACKS)]
    listed["crm_id"] = listed["account_id"]
    growth = listed[["account_id", "name", "csm", "segment", "arr_usd", "is_at_risk"]].assign(
        kind=listed["name"],
        place=range(1, size + 1),
        what=listed["name"],
        why=listed["csm"],
        when=listed["segment"],
    )
    return replace(told, listed=listed, growth=growth, top_drivers=top_drivers(listed))
