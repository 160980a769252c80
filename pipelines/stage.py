"""How a stage starts: its signature says what it needs, and ``run`` hands it exactly that.

A parameter whose type is a section of params.yaml bears that section's name and gets it, with the book's own settings laid over it;
``BookSettings`` gets the whole of book.yaml; a ``Path`` becomes a required flag. So the signature is the stage's whole contract, and a test holds
dvc.yaml to it.
"""

import argparse
import inspect
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from churnml.data.book import BookSettings, read_book, require_book
from churnml.errors import ChurnmlError, Exit
from churnml.params.load import load_sections
from churnml.params.section import Section
from churnml.results.stored import unread
from pipelines.preflight import require_settings

if TYPE_CHECKING:
    import pandas as pd

PARAMS = Path("params.yaml")  # DVC runs every stage in the folder of dvc.yaml, where params.yaml lies too

log = logging.getLogger("churnml.stage")


def run(stage: Callable[..., None], argv: Sequence[str] | None = None) -> None:
    """Runs the stage with what its signature names; an error that the user can mend ends it as refused (``Exit``).

    A person at a terminal sees which stage runs; a log gets warnings and errors only.
    """
    level = logging.INFO if sys.stderr.isatty() else logging.WARNING
    logging.basicConfig(format="%(message)s")
    logging.getLogger("churnml").setLevel(level)
    types = signature(stage)
    flags = _parser(stage.__name__, types).parse_args(argv)
    log.info("%s …", stage.__name__)
    try:
        stage(**arguments(types, vars(flags)))
    except ChurnmlError as error:
        print(f"{stage.__name__}: {error}", file=sys.stderr)
        sys.exit(Exit.REFUSED)


def signature(stage: Callable[..., None]) -> dict[str, type]:
    """The stage's parameters and their types; TypeError where one is neither a section, the book's settings nor a path."""
    types = {name: p.annotation for name, p in inspect.signature(stage, eval_str=True).parameters.items()}
    strange = [
        f"{name}: {kind}" for name, kind in types.items() if kind is not Path and not is_settings(kind)
    ]
    if strange:
        raise TypeError(f"stage {stage.__name__} asks for what no stage is given: {', '.join(strange)}")
    return types


def is_settings(kind: type) -> bool:
    """Whether a parameter is filled from params.yaml and book.yaml."""
    return isinstance(kind, type) and issubclass(kind, Section)


def arguments(types: Mapping[str, type], flags: Mapping[str, Any]) -> dict[str, Path | Section]:
    """What to call the stage with: paths from its flags, settings from params.yaml and the book; none where any setting is at fault."""
    given: dict[str, Path | Section] = {name: flags[name] for name, kind in types.items() if kind is Path}
    if "book_file" in flags:
        require_book(flags["book_file"])
        settings = read_book(flags["book_file"])
        require_settings(PARAMS, settings.params)
        sections = {name: kind for name, kind in types.items() if kind not in (Path, BookSettings)}
        given |= load_sections(PARAMS, sections, settings.params)
        given |= {name: settings for name, kind in types.items() if kind is BookSettings}
    return given


def read_frame(path: Path) -> "pd.DataFrame":
    """The table an earlier stage wrote; ChurnmlError where it is absent or damaged."""
    import pandas as pd
    import pyarrow as pa

    try:
        return pd.read_parquet(path)
    except (OSError, pa.ArrowInvalid):
        raise unread(path) from None


def write_frame(frame: "pd.DataFrame", path: Path) -> None:
    """Writes a table for later stages; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)


def _parser(name: str, types: Mapping[str, type]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m pipelines.{name}", allow_abbrev=False)
    if any(map(is_settings, types.values())):
        parser.add_argument(
            "--book-file",
            type=Path,
            required=True,
            help="the book.yaml whose settings are laid over params.yaml",
        )
    for flag in (name for name, kind in types.items() if kind is Path):
        parser.add_argument(f"--{flag.replace('_', '-')}", type=Path, required=True)
    return parser
