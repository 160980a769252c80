"""What a card is made of: sections of sentences, lists, tables and pictures, said once and rendered twice.

All text is plain; whatever shows it escapes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Cell:
    """A figure and, smaller, what qualifies it: its interval."""

    text: str
    note: str = ""

    @property
    def line(self) -> str:
        """Both on one line.

        >>> Cell("0.79", "0.77 to 0.82").line
        '0.79 (0.77 to 0.82)'
        """
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(frozen=True)
class Grid:
    """A table; the first cell of a row names it. Columns stand right but for the first ``words`` ones."""

    caption: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: int = 1


@dataclass(frozen=True)
class Picture:
    """A drawing: its file's name, its SVG, what it shows in words for those who cannot see it, and a caption."""

    name: str
    svg: str
    alt: str
    caption: str

    def below(self, folder: str) -> str:
        """Its path as Markdown in the folder above names it.

        >>> Picture("lift", "", "", "").below("churn")
        'churn/lift.svg'
        """
        return str(PurePosixPath(folder) / f"{self.name}.svg")


@dataclass(frozen=True)
class Pair:
    """A picture and its figures, side by side where the page is wide enough."""

    picture: Picture
    grid: Grid


Block = Text | Items | Grid | Picture | Pair


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """The title as a link's target.

        >>> Section("Who was judged?", ()).anchor
        'who-was-judged'
        """
        words = "".join(char if char.isalnum() else " " for char in self.title.lower()).split()
        return "-".join(words)


@dataclass(frozen=True)
class Tile:
    """One figure that must be seen first."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Card:
    """The whole card; ``grade`` is None where no signal is proven."""

    title: str
    subtitle: str
    grade: str | None
    verdict: str
    says: Sequence[str]
    says_not: Sequence[str]
    tiles: Sequence[Tile]
    sections: Sequence[Section]

    @property
    def pictures(self) -> list[Picture]:
        """Every drawing, in order."""
        blocks = [
            block.picture if isinstance(block, Pair) else block
            for part in self.sections
            for block in part.blocks
        ]
        return [block for block in blocks if isinstance(block, Picture)]
