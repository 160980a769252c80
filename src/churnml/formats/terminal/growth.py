"""The growth lists on a terminal: a block a kind, an account in three lines. Plain text, at most 100 columns."""

from collections.abc import Sequence

import pandas as pd

from churnml.listing.growth.growth_columns import CELLS
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
    blocks = [[line for said in opening if said for line in wrap(plain(said))]]
    for kind in kinds:
        found = growth[growth["kind"] == kind]
        told = ["\n".join(_account(row)) for _, row in found.head(top).iterrows()]
        told += [f"The first {top:,} of {len(found):,}."] if len(found) > top else []
        blocks += [_heading(kind), *([text] for text in told or [NOTHING])]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def grow_with(row: pd.Series) -> list[str]:
    """What one line of the list says of growth, a cell a line; nothing where it says nothing."""
    cells = [(title, row.get(name, "")) for name, title, _, _ in CELLS]
    told = [line for title, text in cells if text for line in wrap(f"{title}: {plain(text)}", "  ", "    ")]
    return ["GROW WITH", *told] if told else []


def _heading(kind: str) -> list[str]:
    return [f"{pad(TITLES[kind], NAME)} {'ARR':>13}   CSM", "-" * PAGE]


def _account(row: pd.Series) -> list[str]:
    name = pad(f"{row['place']:>3} {plain(row['name'] or row['account_id'])}", NAME)
    who = f"{name} {money(row['arr_usd']):>13}   {shorten(plain(row['csm']), CSM)}".rstrip()
    facts = [plain(row[part]) for part in ("what", "why", "when") if row[part]]
    return [who, *(line for fact in facts for line in wrap(fact, "    ", "      "))]
