"""The growth lists on a terminal: a block a kind, an account in three lines. Plain text, at most 100 columns."""

from collections.abc import Sequence

import pandas as pd

from churnml.listing.columns import CELLS
from churnml.listing.growth.growth_lists import KINDS
from churnml.listing.metadata import ListMetadata
from churnml.text.number_format import money
from churnml.text.width import PAGE, pad, plain, shorten, wrap

NAME, CSM = 42, 41
TITLES = {
    "expansion": "MAY BUY MORE",
    "cross-sell": "MAY BUY A PRODUCT IT LACKS",
    "advocacy": "WOULD SPEAK FOR US",
    "onboarding": "ONBOARDING IS BEHIND",
    "enablement": "PAYS FOR WHAT LIES IDLE",
}
NOTHING = "No account to show: nothing points to one, or the book does not tell."


def render(growth: pd.DataFrame, metadata: ListMetadata, top: int, kinds: Sequence[str] = KINDS) -> str:
    """The first ``top`` accounts of each list: who, what, why and when; an account at risk says so."""
    counts = growth["kind"].value_counts()
    opening = [
        metadata.hindsight,
        f"{metadata.book} on {metadata.as_of}: "
        + ", ".join(f"{counts.get(kind, 0):,} for {kind}" for kind in kinds)
        + ".",
    ]
    blocks = [[line for text in opening if text for line in wrap(plain(text))]]
    for kind in kinds:
        rows = growth[growth["kind"] == kind]
        entries = ["\n".join(_account(row)) for _, row in rows.head(top).iterrows()]
        entries += [f"The first {top:,} of {len(rows):,}."] if len(rows) > top else []
        heading = [f"{pad(TITLES[kind], NAME)} {'ARR' if metadata.is_priced else '':>13}   CSM", "-" * PAGE]
        blocks += [heading, *([text] for text in entries or [NOTHING])]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def grow_with(row: pd.Series) -> list[str]:
    """What one line of the list says of growth, a cell a line; nothing where it says nothing."""
    cells = [(cell.title, row.get(cell.name, "")) for cell in CELLS]
    lines = [line for title, text in cells if text for line in wrap(f"{title}: {plain(text)}", "  ", "    ")]
    return ["GROW WITH", *lines] if lines else []


def _account(row: pd.Series) -> list[str]:
    heading = pad(f"{row['place']:>3} {plain(row['name'] or row['account_id'])}", NAME)
    who = f"{heading} {money(row['arr_usd']):>13}   {shorten(plain(row['csm']), CSM)}".rstrip()
    facts = [plain(row[name]) for name in ("what", "why", "when") if row[name]]
    return [who, *(line for fact in facts for line in wrap(fact, "    ", "      "))]
