"""A small book of 120 invented accounts, in a project of its own, whose raw files and mapping a test changes before it runs commands."""

import csv
import gzip
import importlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from click.testing import CliRunner

from churnml.cli import main
from churnml.data.tables import Tables
from churnml.errors import ChurnmlError
from churnml.paths import Paths
from pipelines import stage as stages_of

ROOT = Path(__file__).resolve().parents[2]
BASE = Path(__file__).parent / "base"
BOOK, FILES = "acme", ("dvc.yaml", "params.yaml", "plays.yaml", "crm.yaml")
TO_LIST = ("ingest", "aggregate", "score")

Row = dict[str, str]


@dataclass(frozen=True)
class Printed:
    """What a command left a person with: its exit code and all it printed."""

    code: int
    text: str


class Situation:
    """The base book in a folder of its own. Every change is made to the files; every look goes through a command or its results."""

    def __init__(self, project: Path) -> None:
        """Copies the base book and the repository's settings to the project."""
        self.project = project
        self.raw, self.book = project / "data" / "raw" / BOOK, project / "data" / "sources" / BOOK
        shutil.copytree(BASE / "raw", self.raw)
        shutil.copytree(BASE / "book", self.book)
        shutil.copytree(BASE / "champion", project / "models" / BOOK / "champion")
        for name in FILES:
            shutil.copy(ROOT / name, project / name)
        settings = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
        settings["book"] = {"name": BOOK, "raw": f"data/raw/{BOOK}"}
        (project / "params.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")

    def file(self, table: str) -> Path:
        """The CSV file of a table, packed or not."""
        return next(f for f in (self.raw / f"{table}.csv", self.raw / f"{table}.csv.gz") if f.exists())

    def text(self, table: str) -> str:
        """The file's text, as it lies in the raw folder."""
        file = self.file(table)
        opener = gzip.open if file.suffix == ".gz" else open
        with opener(file, "rt", encoding="utf-8", newline="") as stream:
            return str(stream.read())

    def rows(self, table: str) -> list[Row]:
        """The rows of a table's file, as Python's own csv reads them."""
        return list(csv.DictReader(self.text(table).splitlines()))

    def write(self, table: str, content: str | Iterable[Mapping[str, Any]], name: str | None = None) -> Path:
        """The file that now holds a table (``name`` within the raw folder, else ``<table>.csv``), in the place of the one before."""
        if name is None and (self.raw / f"{table}.csv.gz").exists():
            (self.raw / f"{table}.csv.gz").unlink()
        file = self.raw / (name or f"{table}.csv")
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            file.write_text(content, encoding="utf-8", newline="")
            return file
        rows = list(content)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return file

    def change(self, table: str, change: Callable[[Row], Mapping[str, Any] | None]) -> None:
        """Writes the table with every row as ``change`` gives it back; a row for which it gives None is left out."""
        self.write(table, [new for row in self.rows(table) if (new := change(row)) is not None])

    def append(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Writes the table with some rows more; columns that only they have are blank elsewhere."""
        self.write(table, [*self.rows(table), *rows])

    def mapping(self, table: str, sql: str) -> None:
        """Writes the table's SELECT."""
        (self.book / f"{table}.sql").write_text(sql, encoding="utf-8")

    def settings(self, **settings: Any) -> None:
        """Lays settings over the book's own; None takes one out."""
        file = self.book / "book.yaml"
        merged = yaml.safe_load(file.read_text(encoding="utf-8")) | settings
        file.write_text(yaml.safe_dump({k: v for k, v in merged.items() if v is not None}), encoding="utf-8")

    def cli(self, *argv: str) -> Printed:
        """What ``churnml <argv>`` prints in the project, and its exit code; a traceback fails the test."""
        with chdir(self.project):
            done = CliRunner().invoke(main, list(argv), catch_exceptions=False)
        return Printed(done.exit_code, done.output)

    def check(self) -> Printed:
        """What ``churnml check`` prints, and its exit code."""
        return self.cli("check")

    def run(self, *stages: str) -> Printed:
        """Runs stages of dvc.yaml one after another, as ``python -m pipelines.<stage>`` does; stops at the first that refuses."""
        with chdir(self.project):
            paths = Paths.here()
            for name in stages:
                stage = getattr(importlib.import_module(f"pipelines.{name}"), name)
                flags = {flag: Path(value) for flag, value in paths.stage(name).items()}
                try:
                    stage(**stages_of.arguments(stages_of.signature(stage), flags))
                except ChurnmlError as error:
                    return Printed(2, f"{name}: {error}")
                if absent := [place for place in self._outs(name) if not place.exists()]:
                    return Printed(255, f"{name}: DVC finds no {', '.join(map(str, absent))}")
        return Printed(0, "")

    def _outs(self, stage: str) -> list[Path]:
        """The places that the stage has to leave, as dvc.yaml lists them."""
        listed = yaml.safe_load((self.project / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]
        places = [*listed.get("outs", []), *listed.get("metrics", []), *listed.get("plots", [])]
        names = [place if isinstance(place, str) else next(iter(place)) for place in places]
        return [Path(name.replace("${book.name}", BOOK)) for name in names]

    def tables(self) -> Tables:
        """The canonical tables, once ``ingest`` has run."""
        return Tables(self.project / "data" / "work" / BOOK / "tables")

    def frame(self, name: str) -> pd.DataFrame:
        """What a stage wrote: ``snapshots``, ``features``, ``outcomes``."""
        return pd.read_parquet(self.project / "data" / "work" / BOOK / f"{name}.parquet")

    def quarantine(self, table: str) -> pd.DataFrame:
        """The table's refused rows, with their reasons."""
        return pd.read_parquet(self.project / "data" / "work" / BOOK / "quarantine" / f"{table}.parquet")

    def risk_list(self) -> pd.DataFrame:
        """The newest published list, by account, once ``run(*TO_LIST)`` has."""
        lists = self.project / "data" / "lists" / BOOK
        newest = max(folder for folder in lists.iterdir() if (folder / "risk_list.parquet").exists())
        return pd.read_parquet(newest / "risk_list.parquet").set_index("account_id", drop=False)

    def ledger(self, account: str) -> list[tuple[str, str, float]]:
        """The account's ARR over time: (from, to, dollars) for each stretch."""
        from churnml.data.revenue import create_ledger

        params = yaml.safe_load((self.project / "params.yaml").read_text(encoding="utf-8"))
        con = self.tables().connect()
        create_ledger(con, params["revenue"]["grace_days"])
        rows = con.execute(
            "SELECT from_day, to_day, arr FROM ledger WHERE account_id = ? ORDER BY 1", [account]
        )
        return [(str(start), str(end), float(arr)) for start, end, arr in rows.fetchall()]
