"""Loops over arrays as machine code, on a machine where nothing need be writable."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

FREE: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}
"""Without the interpreter's lock, and without a way in from C, which nobody takes and which takes long to compile."""


def compiled(function: F) -> F:
    """The function as machine code that frees the interpreter's lock, kept beside its file or, where no folder can be written, made anew.

    >>> compiled(lambda x: x + 1)(1)
    2
    """
    try:
        return cast(F, numba.njit(cache=True, **FREE)(function))
    except RuntimeError:  # numba found no folder to write to
        return cast(F, numba.njit(**FREE)(function))


def compiled_within(function: F) -> F:
    """A function that only compiled ones call, kept as part of them: a way in from Python would take longer to compile than it does."""
    return cast(F, numba.njit(**(FREE | {"no_cpython_wrapper": True}))(function))
