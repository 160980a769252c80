"""What a setting was called before (renamed.toml): an old name is refused with the new one."""

import tomllib
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_suffix(".toml")
RENAMED: dict[str, dict[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
RENAMED |= dict.fromkeys(("train.tune.ranges", "flat.lightgbm"), RENAMED["train.lightgbm"])
"""By section, old: new."""


def with_new_names(
    raw: dict[str, Any], section: str = "", written: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """The settings under the names of today, and one fault for each that stood under an old one; ``written`` is the section as the file has it.

    >>> with_new_names({"train": {"threads": 2}})
    ({'train': {'n_jobs': 2}}, ["setting 'train.threads' is now called 'n_jobs'"])
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for old, value in raw.items():
        new = RENAMED.get(section, {}).get(old, old)
        if new != old:
            faults.append(f"setting '{f'{written}.{old}'.lstrip('.')}' is now called '{new}'")
        inner, more = (
            with_new_names(value, f"{section}.{new}".lstrip("."), f"{written}.{old}".lstrip("."))
            if isinstance(value, dict)
            else (value, [])
        )
        found[new], faults = inner, faults + more
    return found, faults
