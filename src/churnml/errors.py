"""Every error churnml raises on purpose.

ChurnmlError                 something the user can mend; printed without a traceback, ``Exit.REFUSED``
├── SettingsError            params.yaml or book.yaml: an unknown or impossible setting
├── BookError                the raw folder or a mapping SQL cannot be read
├── TableError               a canonical table breaks its schema or its quarantine limit
├── NotEnoughError           too little history to learn from (no ripe renewal, one outcome only)
├── LeakError                a column knows the outcome: it was written after the fact
├── ResultError              what an earlier stage wrote is absent, damaged or of another shape
├── BundleError              a stored model is damaged or does not fit this code or these tables
└── PublishError             a result folder cannot be written whole

A message says what is wrong, where (table, column, key, how many rows) and what to do next. How a command or stage ends is an ``Exit``.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Self


class Exit(IntEnum):
    """The exit code of every command and stage, with what it means for `--help` and the page on books.

    >>> Exit.REFUSED.meaning
    'refused: every reason is printed, and no table or list was written'
    """

    meaning: str

    FINE = 0, "all is well; notices may stand in what is printed"
    FINDINGS = 1, "done, and something to look into was found (a feature that knew the future)"
    REFUSED = 2, "refused: every reason is printed, and no table or list was written"

    def __new__(cls, code: int, meaning: str) -> Self:
        """The code as the number it is."""
        member = int.__new__(cls, code)
        member._value_, member.meaning = code, meaning
        return member


class ChurnmlError(Exception):
    """Base of every error a user can mend."""

    @classmethod
    def of(cls, headline: str, failures: Sequence[str]) -> Self:
        """One error that lists all failures, so that nobody mends them one run at a time.

        >>> print(SettingsError.of("params.yaml has 2 faults:", ["a", "b"]))
        params.yaml has 2 faults:
          - a
          - b
        """
        return cls("\n".join([headline, *(f"  - {failure}" for failure in failures)]))


class SettingsError(ChurnmlError):
    """params.yaml or book.yaml holds an unknown or impossible setting."""


class BookError(ChurnmlError):
    """The raw folder or a mapping SQL of the book cannot be read."""


class TableError(ChurnmlError):
    """A canonical table breaks its schema or its quarantine limit."""


class NotEnoughError(ChurnmlError):
    """There is too little history to learn from."""


class LeakError(ChurnmlError):
    """A column knows the outcome: it was written after the fact."""


class ResultError(ChurnmlError):
    """What an earlier stage wrote is absent, damaged or of another shape."""


class BundleError(ChurnmlError):
    """A stored model is damaged or does not fit this code or these tables."""


class PublishError(ChurnmlError):
    """A result folder cannot be written whole."""
