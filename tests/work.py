"""The amount of work a stage does, counted where it does not depend on the machine: calls, rows and cells, not seconds.

Every class below ``churnml.learn`` that is fitted is counted by being there; what else costs is listed in ``counting``. Callers hold
functions by their own name, so a counted function replaces the plain one in every module that holds it.
"""

import functools
import importlib
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Amounts = Callable[..., dict[str, int]]
BYTES = "bytes written"


class Work:
    """Amounts by stage and kind."""

    def __init__(self) -> None:
        self.stage = ""
        self.done: dict[str, dict[str, int]] = {}
        self._lock = threading.Lock()  # boosters are fitted side by side

    def add(self, kind: str, amount: int) -> None:
        with self._lock:
            of_stage = self.done.setdefault(self.stage, {})
            of_stage[kind] = of_stage.get(kind, 0) + int(amount)

    def wrote(self, project: Path, outs: list[Any]) -> None:
        """Counts the bytes of a stage's outputs, as dvc.yaml lists them."""
        for out in (next(iter(each)) if isinstance(each, dict) else each for each in outs):
            place = project / out.replace("${book.name}", "sample")
            files = [place] if place.is_file() else [f for f in place.rglob("*") if f.is_file()]
            self.add(BYTES, sum(file.stat().st_size for file in files))


@contextmanager
def counting(work: Work) -> Iterator[None]:
    """Counts what is done meanwhile."""
    import lightgbm
    from matplotlib.figure import Figure

    from churnml import learn
    from churnml.data.tables import Tables
    from churnml.features.build import build
    from churnml.learn.log_odds import fit_bounded
    from churnml.learn.metrics.bootstrap import account_weights, calibration_slope

    with pytest.MonkeyPatch.context() as patch:
        for each in fitted(learn):
            name = each.__name__
            _method(
                patch,
                work,
                each,
                "fit",
                lambda rows, *_, name=name, **__: {
                    f"fits {name}": 1,
                    f"rows fitted {name}": len(getattr(rows, "rows", rows)),
                },
            )
            for verb in ("log_odds", "contributions"):
                if verb in vars(each):
                    _method(
                        patch,
                        work,
                        each,
                        verb,
                        lambda rows, *_, name=name, verb=verb: {f"rows {verb} {name}": len(rows)},
                    )
        everywhere(
            patch, work, fit_bounded, lambda design, *_, **__: {"solves": 1, "cells solved": design.size}
        )
        everywhere(
            patch,
            work,
            build,
            lambda _, snapshots, features, *__: {
                "feature builds": 1,
                "snapshots built": len(snapshots),
                "cells built": len(snapshots) * len(features),
            },
        )
        everywhere(
            patch,
            work,
            account_weights,
            lambda accounts, resamples, *_, **__: {
                "resamples": resamples,
                "rows resampled": len(accounts) * resamples,
            },
        )
        everywhere(
            patch,
            work,
            calibration_slope,
            lambda _, __, weights, **___: {
                "slopes": weights.shape[1],
                "rows of slopes": weights.size,
            },
        )
        everywhere(
            patch,
            work,
            lightgbm.train,
            lambda _, data, num_boost_round, **__: {
                "boosters": 1,
                "trees": num_boost_round,
                "rows boosted": num_boost_round * data.num_data(),
            },
            lightgbm,
        )
        _method(patch, work, Tables, "connect", lambda: {"connections": 1})
        _method(patch, work, Figure, "savefig", lambda *_, **__: {"pictures": 1})
        yield


def fitted(package: ModuleType) -> list[type]:
    """Every class of a package that has a ``fit`` of its own which takes rows or what stands for them."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and isinstance(vars(each).get("fit"), classmethod)
        and not getattr(each, "_is_protocol", False)
    ]


def everywhere(
    patch: pytest.MonkeyPatch, work: Work, function: Callable[..., Any], amounts: Amounts, *more: ModuleType
) -> None:
    """Puts a counted form of a function where any module of ours (or one named) holds it."""
    counted = _counted(work, function, amounts)
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in {"churnml", "pipelines"}]
    for module in (*ours, *more):
        for name, value in list(vars(module).items()):
            if value is function:
                patch.setattr(module, name, counted)


def _method(patch: pytest.MonkeyPatch, work: Work, of: type, name: str, amounts: Amounts) -> None:
    own = vars(of)[name]
    plain = own.__func__ if isinstance(own, classmethod) else own
    counted = _counted(work, plain, lambda _, *args, **kwargs: amounts(*args, **kwargs))
    patch.setattr(of, name, classmethod(counted) if isinstance(own, classmethod) else counted)


def _counted(work: Work, function: Callable[..., Any], amounts: Amounts) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        for kind, amount in amounts(
            *args, **kwargs
        ).items():  # afterwards: LightGBM counts rows only once it has them
            work.add(kind, amount)
        return found

    return counted
