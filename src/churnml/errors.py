"""Every error churnml raises on purpose.

ChurnmlError                 something the user can mend; printed without a traceback, exit code 2
├── SettingsError            params.yaml or book.yaml: an unknown or impossible setting
├── BookError                the raw folder or a mapping SQL cannot be read
├── TableError               a canonical table breaks its schema or its quarantine limit
├── NotEnoughError           too little history to learn from (no ripe renewal, one outcome only)
├── LeakError                a column knows the outcome: it was written after the fact
├── ResultError              what an earlier stage wrote is absent, damaged or of another shape
├── BundleError              a stored model is damaged or does not fit this code or these tables
└── PublishError             a result folder cannot be written whole

A message says what is wrong, where (table, column, key, how many rows) and what to do next.
"""

from collections.abc import Sequence


class ChurnmlError(Exception):
    """Base of every error a user can mend."""

    @classmethod
    def of(cls, headline: str, failures: Sequence[str]) -> "ChurnmlError":
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
