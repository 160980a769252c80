"""A result folder appears whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from churnml.atomic import publish
from churnml.errors import PublishError


def put(text: str, name: str = "list.csv") -> Callable[[Path], None]:
    """A writer of one file."""

    def write(folder: Path) -> None:
        (folder / name).write_text(text)

    return write


def fail_midway(folder: Path) -> None:
    """Writes half and fails as a full disk does."""
    (folder / "list.csv").write_text("half")
    raise OSError(28, "No space left on device")


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    day = tmp_path / "lists" / "2025-01-01"
    publish(day, put("old", "gone.csv"))
    publish(day, put("new"))
    assert [path.name for path in day.iterdir()] == ["list.csv"]
    assert [path.name for path in day.parent.iterdir()] == ["2025-01-01"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    day = tmp_path / "2025-01-01"
    publish(day, put("old"))
    with pytest.raises(PublishError, match=r"No space left on device.*untouched"):
        publish(day, fail_midway)
    assert (day / "list.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["2025-01-01"]


def test_a_failure_where_nothing_was_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PublishError):
        publish(tmp_path / "2025-01-01", fail_midway)
    assert list(tmp_path.iterdir()) == []


def test_other_errors_and_interrupts_pass_through_and_leave_nothing(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> None:
        put("half")(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / "2025-01-01", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_last_rename_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = tmp_path / "2025-01-01"
    publish(day, put("old"))
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PublishError, match="Permission denied"):
        publish(day, put("new"))
    assert (day / "list.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["2025-01-01"]


def test_remains_of_a_killed_run_are_mended(tmp_path: Path) -> None:
    # Killed between the two renames: the old folder stands aside, the new one is half there.
    aside, fresh = tmp_path / ".2025-01-01.old", tmp_path / ".2025-01-01.new"
    aside.mkdir()
    fresh.mkdir()
    put("old")(aside)
    with pytest.raises(PublishError):
        publish(tmp_path / "2025-01-01", fail_midway)
    assert (tmp_path / "2025-01-01" / "list.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["2025-01-01"]


def test_a_place_that_is_no_folder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("a file")
    with pytest.raises(PublishError, match="cannot write the folder"):
        publish(tmp_path / "lists" / "2025-01-01", put("new"))


def test_readers_of_other_accounts_may_read_it(tmp_path: Path) -> None:
    publish(tmp_path / "day", put("new"))
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "day").stat().st_mode & 0o777 == 0o777 & ~mask
