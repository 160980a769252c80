"""Calibration of every probability on the list, on the backtest's test folds: slope and ECE, in all and by segment.

    python -m benchmarks.calibration

The mark is a slope from 0.85 to 1.15 and an ECE of at most 0.02, wherever at least 200 ripe renewals stand. Reads what the stages
wrote (``metrics.json``, ``verdicts.json`` and, if it is there, ``lifetime.json``) and fits nothing. Beside each ECE stands what
predictions that are right would show on so few renewals, on average: where that is above the mark, the mark cannot be met.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from churnml.paths import Paths

SLOPE, ECE, LEAST_RENEWALS = (0.85, 1.15), 0.02, 200


class Line(NamedTuple):
    """The calibration of one probability on one part of the rows."""

    probability: str
    part: str
    renewals: int
    slope: float | None
    ece: float | None
    floor: float | None

    @property
    def misses(self) -> list[str]:
        """Which marks are missed, in words."""
        missed = []
        if self.slope is not None and not SLOPE[0] <= self.slope <= SLOPE[1]:
            missed.append("slope")
        if self.ece is not None and self.ece > ECE:
            is_by_chance = self.floor is not None and self.floor > ECE
            missed.append("ECE (and so would right predictions, on so few)" if is_by_chance else "ECE")
        return missed


def of_outcomes(metrics: Mapping[str, Any], verdicts: Mapping[str, Any]) -> Iterator[Line]:
    """The lines of the model that each outcome's verdict judged."""
    for outcome, measures in metrics.items():
        model = verdicts.get(outcome, {}).get("model")
        judged = measures.get("models", {}).get(model)
        if not judged:
            continue
        overall = judged | {"renewals": measures["counts"]["renewals"]}
        for part, figures in {"all": overall, **judged["by_segment"]}.items():
            values = [
                (figures.get(name) or {}).get("value") for name in ("calibration_slope", "ece", "ece_floor")
            ]
            yield Line(f"{outcome}, {model}", part, figures["renewals"], *values)


def of_lifetime(lifetime: Mapping[str, Any], verdicts: Mapping[str, Any]) -> Iterator[Line]:
    """The lines of the chances to stay, tied to the churn model that the verdict judged."""
    judged = lifetime.get("models", {}).get(verdicts.get("churn", {}).get("model"), {})
    for chance, parts in judged.items():
        if "all" not in parts:
            continue
        for part, figures in parts.items():
            yield Line(
                f"survival, {chance}", part, figures["renewals"], figures["slope"], figures["ece"],
                figures.get("ece_by_chance"),
            )  # fmt: skip


def figure_text(line: Line) -> str:
    """The line as printed."""
    slope, ece, floor = (
        "–" if value is None else f"{value:.{digits}f}"
        for value, digits in ((line.slope, 2), (line.ece, 4), (line.floor, 4))
    )
    verdict = "MISSED: " + ", ".join(line.misses) if line.misses else "met"
    return (
        f"{line.probability:32} {line.part:14} {line.renewals:8,} {slope:>6} {ece:>8} {floor:>9}   {verdict}"
    )


def main() -> None:
    """Prints one line a probability and part, and how many miss."""
    places = Paths.here()
    metrics, verdicts = (_read(places, "gate", flag) for flag in ("metrics", "verdicts"))
    lines = [*of_outcomes(metrics, verdicts), *of_lifetime(_read(places, "evaluate", "lifetime"), verdicts)]
    print(f"{'probability':32} {'part':14} {'renewals':>8} {'slope':>6} {'ECE':>8} {'if right':>9}")
    for line in (line for line in lines if line.renewals >= LEAST_RENEWALS):
        print(figure_text(line))
    missed = sum(bool(line.misses) for line in lines if line.renewals >= LEAST_RENEWALS)
    print(f"{missed} missed; the marks: slope {SLOPE[0]} to {SLOPE[1]}, ECE at most {ECE}")


def _read(places: Paths, stage: str, flag: str) -> dict[str, Any]:
    path = places.path(stage, flag)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


if __name__ == "__main__":
    main()
