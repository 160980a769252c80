"""Progress for long steps: a bar on a terminal, silence in a log."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def track(steps: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The same steps, with a progress bar on stderr when a person is watching.

    >>> list(track([1, 2], "counting"))
    [1, 2]
    """
    if not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import track as bar

    yield from bar(steps, description=what, total=total, console=Console(stderr=True), transient=True)
