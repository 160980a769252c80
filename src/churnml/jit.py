"""Loops over arrays as machine code, on a machine where nothing need be writable."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function as machine code that frees the interpreter's lock, kept beside its file or, where no folder can be written, made anew.

    >>> compiled(lambda x: x + 1)(1)
    2
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no folder to write to
        return cast(F, numba.njit(nogil=True)(function))
