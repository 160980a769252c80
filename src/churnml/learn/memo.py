"""What is derived from rows alone is made once, and serves every outcome and model fitted on them."""

from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Any, TypeVar

Value = TypeVar("Value")


class Memo:
    """Values by key, each made when it is first asked for, once even where threads ask at the same time; other keys need not wait.

    >>> memo = Memo()
    >>> memo("rows", lambda: 3), memo("rows", lambda: 4)
    (3, 3)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Hashable, RLock] = {}
        self._values: dict[Hashable, Any] = {}

    def __call__(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The key's value."""
        with self._lock:
            own = self._locks.setdefault(key, RLock())
        with own:
            if key not in self._values:
                self._values[key] = make()
            value: Value = self._values[key]
            return value

    def clear(self) -> None:
        """Lets go of all values, so that many sets of rows need not hold their matrices at once."""
        self._values.clear()
