"""Result folders appear whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from churnml.errors import PublishError


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """A folder that holds what ``write`` put into it, replacing the one before whole.

    Invariants: a reader sees the old folder or the new one, never a half-written one; if ``write`` or the
    disk fails, the old folder stays as it was. Two runs that publish side by side wait for each other.

    Raises PublishError with the system's reason (no space, no permission) and what to do.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent):
            _replace(folder, write)
    except OSError as error:
        raise PublishError(
            f"cannot write the folder '{folder}': {error.strerror or error}. "
            "What was there before is untouched; make room or give permission, then run again."
        ) from error


def _replace(folder: Path, write: Callable[[Path], None]) -> None:
    fresh, aside = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    _tidy(folder, fresh, aside)
    try:
        fresh.mkdir()
        write(fresh)
        _flush(fresh)
        if folder.exists():
            folder.rename(aside)
        fresh.rename(folder)
    except BaseException:  # also an interrupt: the old folder must come back
        _tidy(folder, fresh, aside)
        raise
    _flush_entry(folder.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _tidy(folder: Path, fresh: Path, aside: Path) -> None:
    """Undoes a run that failed or was killed: the folder moved aside comes back, remains go."""
    if aside.exists() and not folder.exists():
        aside.rename(folder)
    for remains in (fresh, aside):
        shutil.rmtree(remains, ignore_errors=True)


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _flush_entry(path)
    _flush_entry(folder)


def _flush_entry(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process: others that ask for it wait.

    The kernel frees the lock with the process, so that none goes stale, and no file is left behind: ``filelock`` would leave
    one in a folder of lists, where DVC would take it for a part of them.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
