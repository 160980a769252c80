"""Work done side by side, which comes out the same whatever the number of threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


@contextmanager
def side_by_side(threads: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads in which linear algebra keeps to one thread each.

    The limit holds from outside: it is the whole process's, and a job that set and lifted it by itself would
    lift it for its neighbours, whose sums would then come in another order.

    >>> with side_by_side(2) as pool:
    ...     list(pool.map(abs, [-1, 2]))
    [1, 2]
    """
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        yield pool
