"""How often a world's signal is proven, over seeds: ``python -m benchmarks.worlds.verdicts NAME [SEEDS]`` (a minute of CPU a seed).

In a world without signal 'proven' may come in 2 of 40 seeds at most; where the true chances order 65 of 100 pairs or more, in 9 of 10.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.worlds.project import TO_VERDICT, history_of, project, run

FIRST_SEED = 1000


def main() -> None:
    """Prints each seed's verdicts, then how many were proven by outcome."""
    name, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    proven: dict[str, int] = {}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        with TemporaryDirectory() as folder:
            paths = run(project(Path(folder), history_of(name, seed)), TO_VERDICT)
            verdicts = json.loads(paths.path("gate", "verdicts").read_text(encoding="utf-8"))
        for outcome, verdict in verdicts.items():
            proven[outcome] = proven.get(outcome, 0) + verdict["is_proven"]
        print(seed, {outcome: verdict["sentence"][:90] for outcome, verdict in verdicts.items()}, flush=True)
    print(f"{name}: proven in {proven} of {seeds} seeds")


if __name__ == "__main__":
    main()
