"""Where things are: the paths that dvc.yaml gives a stage, and which book is in use.

dvc.yaml alone knows paths; commands that stand beside the pipeline (``churnml score``, ``why``, ``check``) read them there.
"""

import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from churnml.data.book import BookSettings, read_book, require_book
from churnml.errors import BookError, SettingsError
from churnml.listing.as_of import newest_folder
from churnml.params.load import read_yaml
from churnml.params.root import Params, load_params

if TYPE_CHECKING:
    import pandas as pd

PIPELINE, SETTINGS, BOOK = "dvc.yaml", "params.yaml", "book.yaml"


@dataclass(frozen=True)
class Paths:
    """A project's root and the book whose paths are asked for, which need not be the one in use."""

    root: Path
    book: dict[str, str]

    @classmethod
    def here(cls) -> "Paths":
        """The project that the current folder lies in, with the book in use. Raises SettingsError outside any."""
        folder = Path.cwd()
        root = next(
            (f for f in (folder, *folder.parents) if (f / PIPELINE).is_file() and (f / SETTINGS).is_file()),
            None,
        )
        if root is None:
            raise SettingsError(
                f"no {PIPELINE} in '{folder}' or above it; run churnml inside the project's folder."
            )
        book = load_params(root / SETTINGS).book
        return cls(root, {"name": book.name, "raw": book.raw})

    def of(self, book: str | None, raw: Path | None) -> "Paths":
        """The same project with another book. Raises SettingsError where there is no such book, BookError where its raw folder is not there."""
        name = book or self.book["name"]
        self._require(name)
        if raw is not None:
            if not raw.is_dir():
                raise BookError(
                    f"raw folder '{raw}' does not exist; name the folder that holds the raw files of '{name}'."
                )
            return Paths(self.root, {"name": name, "raw": _relative(raw, self.root)})
        if name == self.book["name"]:
            return self
        bundled = self.stage("sample")["raw"]
        if name != Path(bundled).name:
            raise SettingsError(f"say where the raw files of '{name}' are: --raw FOLDER.")
        return Paths(self.root, {"name": name, "raw": bundled})

    @cached_property
    def _stages(self) -> dict[str, dict[str, Any]]:
        stages: dict[str, dict[str, Any]] = read_yaml(self.root / PIPELINE)["stages"]
        return stages

    def stage(self, name: str) -> dict[str, str]:
        """A stage's flags and their values, as its command in dvc.yaml gives them."""
        text = str(self._stages[name]["cmd"])
        words = shlex.split(re.sub(r"\$\{book\.(\w+)\}", lambda key: shlex.quote(self.book[key[1]]), text))
        flags = words[words.index(f"pipelines.{name}") + 1 :]
        return {
            flag.removeprefix("--").replace("-", "_"): value
            for flag, value in zip(flags[::2], flags[1::2], strict=True)
        }

    def path(self, stage: str, flag: str) -> Path:
        """The place a stage is given under a flag; SettingsError where params.yaml names no book there is."""
        self._require(self.book["name"])
        return self.root / self.stage(stage)[flag]

    def settings(self, stage: str) -> tuple[Params, BookSettings]:
        """The settings in force for a stage, and the book's own."""
        book = read_book(self.path(stage, "book_file"))
        return load_params(self.root / SETTINGS, book.params), book

    def params(self) -> Params:
        """The settings as params.yaml has them, no book's own laid over."""
        return load_params(self.root / SETTINGS)

    def _require(self, name: str) -> None:
        require_book(self.root / Path(self.stage("ingest")["mapping"]).parent / name / BOOK)

    def use(self) -> None:
        """Makes this book the one in use: rewrites two lines of params.yaml and keeps every comment. Raises SettingsError without them."""
        file = self.root / SETTINGS
        text = file.read_text(encoding="utf-8")
        for key, value in self.book.items():
            line = re.compile(rf"(?m)(^book:\n(?:[ ].*\n)*?  {key}:[ ]*)([^#\n]*?)([ ]*(?:#.*)?$)")
            match = line.search(text)
            if not match:
                raise SettingsError(f"{SETTINGS} has no line '  {key}:' under 'book:'; write it by hand.")
            text = text[: match.start(2)] + _scalar(value) + text[match.end(2) :]
        file.write_text(text, encoding="utf-8")


def _relative(raw: Path, root: Path) -> str:
    """A folder inside the project, or beside it, as the project sees it; any other by its full path."""
    near = (root, *root.parents[:1])
    inside = next((base for base in near if raw.resolve().is_relative_to(base.resolve())), None)
    if inside is None:
        return str(raw.resolve())
    return str(Path(*[".."] * near.index(inside), raw.resolve().relative_to(inside.resolve())))


def _scalar(text: str) -> str:
    """Text as YAML reads it back, here and in DVC, and as DVC writes it: quoted only where it must be."""
    return yaml.safe_dump(text, width=len(text) + 9, allow_unicode=True).removesuffix("...\n").rstrip("\n")


def read_built(features: Path) -> "pd.DataFrame":
    """The features that the pipeline built last.

    Raises SettingsError where it has not run yet.
    """
    import pandas as pd

    if not features.is_file():
        raise SettingsError(
            "no features were built yet; run the pipeline first (make run, or dvc repro featurize)."
        )
    return pd.read_parquet(features)


def newest(lists: Path) -> Path:
    """The folder of the list that the last run published. Raises SettingsError where none was published yet."""
    folder = newest_folder(lists)
    if folder is None:
        raise SettingsError("no list was published yet; run the pipeline first (make run, or dvc repro).")
    return folder
